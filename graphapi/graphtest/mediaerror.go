package graphtest

import "strconv"

// unknownMediaMetric is a metric that no media has (facts §4).
func unknownMediaMetric(i int) *Error {
	return mustBeOneOf("metric["+strconv.Itoa(i)+"]", mediaMetricNames)
}

// unsupportedMetric is a metric that media of the product type do not have (facts §4).
func unsupportedMetric(name string) *Error {
	return badParameter("The Media Insights API does not support the %s metric for this media product type.", name)
}

// beforeConversion is a media from before its account was professional (facts §4: 100/2108006). What it
// is about is only in the user's texts.
func beforeConversion() *Error {
	return &Error{
		Code: 100, Subcode: 2108006, Message: "Invalid parameter", HasData: true, HasTransient: true,
		UserTitle:   "Media posted before business account conversion",
		UserMessage: "The media was posted before the most recent time that the user's account was converted to a business account from a personal account.",
	}
}

// tooFewViewers is a story that too few have seen (facts §4): the code of a missing permission.
func tooFewViewers() *Error {
	return &Error{Code: 10, Message: "(#10) Not enough viewers for the media to show insights", NoTrace: true}
}

// notOnFacebook is a metric of Facebook for media that is not shared there (facts §4). It reads like
// trouble that passes, and is not.
func notOnFacebook() *Error { return &Error{Code: -1, Subcode: 2207086, Message: "Fatal"} }

// onlyDiscovery is view_count of the account's own media (facts §2.2: 36104).
func onlyDiscovery() *Error {
	return &Error{Code: 36104, Message: "(#36104) You do not have permission to access this field outside of the Business Discovery API."}
}

// notAVideo is copyright_check_information of anything else (facts §2.2: 9005/1452042); its text is not
// recorded.
func notAVideo() *Error {
	return &Error{Code: 9005, Subcode: 1452042, Message: "(#9005) Copyright check information is only available for videos"}
}

// tooDeep is a cursor beyond what a list goes to (facts §7.3).
func tooDeep() *Error {
	return &Error{Code: 100, NoTrace: true, Message: "(#100) The After Cursor specified exceeds the max limit supported by this endpoint"}
}

// tooMuchData is an answer that would be too large (facts §8: code 1).
func tooMuchData() *Error {
	return &Error{Status: 500, Code: 1, NoTrace: true, Message: "Please reduce the amount of data you're asking for, then retry your request"}
}
