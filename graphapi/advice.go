package graphapi

import (
	"fmt"
	"time"
)

// Advice says in a sentence what the user should do; empty where nothing is known.
func (e *Error) Advice() string {
	if e.advice != "" {
		return e.advice
	}
	switch e.Kind() {
	case Throttled:
		if !e.Until.IsZero() {
			return fmt.Sprintf("Run again after %s.", e.Until.UTC().Format(time.RFC3339))
		}
		return "The rate limit is used up: run again later, or with fewer accounts or metrics."
	case Blocked:
		return adviceBlocked(e.Code)
	case Transient:
		return "It is trouble of the network or of the Graph API: run again later."
	case TooMuchData:
		return "Ask for fewer rows a page, fewer fields or a shorter range."
	case TokenInvalid:
		return adviceToken(e.Subcode)
	case ProofRefused:
		return "Set the app secret of the app that the token was made for: the app demands a proof of it with every call."
	case Permission:
		return advicePermission(e.Code)
	case NotFound:
		return adviceNotFound(e.Code)
	case BadRequest:
		return adviceBadRequest(e.Code)
	case BeforeConversion:
		return "There are no insights for it: leave it out."
	case TooFewViewers:
		return "There are no insights for it until at least 5 people have seen it."
	case TooFewFollowers:
		return "This metric needs an account with at least 100 followers."
	case FatalMetric:
		return "Leave out facebook_views and crossposted_views: the media is not shared to Facebook."
	}
	if e.TraceID != "" {
		return "If it stays so, ask Meta's support with the trace id."
	}
	return ""
}

func adviceToken(subcode int) string {
	switch subcode {
	case 458:
		return "The user removed the app: log in again, grant the permissions and set the new access token."
	case 459:
		return "The user must log in at Facebook or Instagram and pass the check there; then set a new access token."
	case 460:
		return "The user changed the password: log in again and set the new access token."
	case 463:
		return "The access token has expired: log in again and set the new one; a long-lived token lasts about 60 days."
	case 464:
		return "The user's account is not confirmed: confirm it at Facebook or Instagram, then set a new access token."
	case 467:
		return "The access token was revoked, by a logout or by the user: log in again and set the new one."
	case 492:
		return "The user has no role on the Facebook Page of the account any more: restore the Page role, or set a token of someone who has it."
	}
	return "Set a valid access token, of the login that is chosen: a token of facebook is worth nothing with instagram, and the other way round."
}

func adviceBlocked(code int) string {
	if code == 18 {
		return "An account may ask for 30 different hashtags in 7 days: run again when the oldest is a week old."
	}
	return "The API blocks this user or app for a while: look for a notice in the app's dashboard and wait some hours before the next run."
}

func advicePermission(code int) string {
	if code == 3 {
		return "The app lacks this capability: add the product or feature in the app's dashboard."
	}
	return "Grant the permission that is missing and set a new access token: with Facebook Login instagram_basic, " +
		"pages_read_engagement and, for insights, instagram_manage_insights; with Instagram Login instagram_business_basic and " +
		"instagram_business_manage_insights. Other people's accounts also need Advanced Access."
}

func adviceNotFound(code int) string {
	switch code {
	case 110:
		return "The name is unknown or not that of a professional account."
	case 803:
		return "Give the numeric id, not a name."
	}
	return "Check the id, that the token's user may see the object, and that it is of the right kind."
}

func adviceBadRequest(code int) string {
	switch code {
	case 2500:
		return "Correct the path or the list of fields."
	case 9005:
		return "Leave out copyright_check_information: only videos have it."
	case 36104:
		return "Leave out view_count: it can only be read by business_discovery."
	}
	return "Correct the request: the message names what the API does not take."
}
