package graphapi_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi"
)

// noRepeats makes the first error the last.
func noRepeats(o *graphapi.Options) { o.MaxRetryDuration = -1 }

const at = "GET /v25.0/17841400000000001/insights: "

func TestErrorsAreReadFromBodies(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		kind   graphapi.Kind
		want   string
	}{
		{
			"expired token", 400,
			`{"error":{"message":"Error validating access token: Session has expired at unix time 1790000000. The current unix time is 1790000383.","type":"OAuthException","code":190,"error_subcode":463}}`,
			graphapi.TokenInvalid,
			"Error validating access token: Session has expired at unix time 1790000000. The current unix time is 1790000383 (code 190, subcode 463). The access token has expired: log in again and set the new one; a long-lived token lasts about 60 days.",
		},
		{
			"too few viewers", 400,
			`{"error":{"type":"OAuthException","message":"(#10) Not enough viewers for the media to show insights","code":10}}`,
			graphapi.TooFewViewers,
			"(#10) Not enough viewers for the media to show insights (code 10). There are no insights for it until at least 5 people have seen it.",
		},
		{
			"too few followers", 400,
			`{"error":{"message":"(#10) Not enough followers for the account to show insights","code":10}}`,
			graphapi.TooFewFollowers,
			"(#10) Not enough followers for the account to show insights (code 10). This metric needs an account with at least 100 followers.",
		},
		{
			"permission", 403,
			`{"error":{"message":"(#10) Application does not have permission for this action","type":"OAuthException","code":10,"fbtrace_id":"T1"}}`,
			graphapi.Permission,
			"(#10) Application does not have permission for this action (code 10, HTTP 403, trace T1). Grant the permission that is missing and set a new access token: with Facebook Login instagram_basic, pages_read_engagement and, for insights, instagram_manage_insights; with Instagram Login instagram_business_basic and instagram_business_manage_insights. Other people's accounts also need Advanced Access.",
		},
		{
			"not found", 400,
			`{"error":{"message":"Unsupported get request. Object with ID '17900000000000009' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api","type":"GraphMethodException","code":100,"error_subcode":33,"fbtrace_id":"T2"}}`,
			graphapi.NotFound,
			"Unsupported get request. Object with ID '17900000000000009' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api (code 100, subcode 33, trace T2). Check the id, that the token's user may see the object, and that it is of the right kind.",
		},
		{
			"before conversion", 400,
			`{"error":{"message":"Invalid parameter","type":"OAuthException","code":100,"error_data":{},"error_subcode":2108006,"is_transient":false,"error_user_title":"Media posted before business account conversion","error_user_msg":"The media was posted before.","fbtrace_id":"T3"}}`,
			graphapi.BeforeConversion,
			"Invalid parameter: Media posted before business account conversion (code 100, subcode 2108006, trace T3). There are no insights for it: leave it out.",
		},
		{
			"metric type", 400,
			graphError(100, 0, "(#100) The following metrics (views) should be specified with parameter metric_type=total_value"),
			graphapi.BadRequest,
			"(#100) The following metrics (views) should be specified with parameter metric_type=total_value (code 100, trace AbC). Correct the request: the message names what the API does not take.",
		},
		{
			"too much data", 500,
			`{"error":{"code":1,"message":"Please reduce the amount of data you're asking for, then retry your request"}}`,
			graphapi.TooMuchData,
			"Please reduce the amount of data you're asking for, then retry your request (code 1, HTTP 500). Ask for fewer rows a page, fewer fields or a shorter range.",
		},
		{
			"fatal metric", 400, `{"error":{"message":"Fatal","type":"OAuthException","code":-1,"error_subcode":2207086,"fbtrace_id":"T4"}}`,
			graphapi.FatalMetric,
			"Fatal (code -1, subcode 2207086, trace T4). Leave out facebook_views and crossposted_views: the media is not shared to Facebook.",
		},
		{
			"business discovery", 400, `{"error":{"message":"Invalid user id","code":110,"error_subcode":2207013}}`,
			graphapi.NotFound, "Invalid user id (code 110, subcode 2207013). The name is unknown or not that of a professional account.",
		},
		{
			"handle for id", 400, graphError(803, 0, "Object with ID 'sample_handle' does not exist"),
			graphapi.NotFound, "Object with ID 'sample_handle' does not exist (code 803, trace AbC). Give the numeric id, not a name.",
		},
		{
			"syntax", 400, graphError(2500, 0, `Syntax error "Field id specified more than once." at character 5: id,id`),
			graphapi.BadRequest, `Syntax error "Field id specified more than once." at character 5: id,id (code 2500, trace AbC). Correct the path or the list of fields.`,
		},
		{
			"view_count", 400, graphError(36104, 0, "(#36104) You do not have permission to access this field outside of the Business Discovery API."),
			graphapi.BadRequest, "(#36104) You do not have permission to access this field outside of the Business Discovery API (code 36104, trace AbC). Leave out view_count: it can only be read by business_discovery.",
		},
		{
			"app throttled", 400, `{"error":{"message":"Application request limit reached.","type":"OAuthException","code":4,"fbtrace_id":"T5"}}`,
			graphapi.Throttled, "Application request limit reached (code 4, trace T5). The rate limit is used up: run again later, or with fewer accounts or metrics.",
		},
		{
			"transient throttle is a throttle", 400, `{"error":{"message":"(#17) User request limit reached","is_transient":true,"code":17,"error_subcode":2446079}}`,
			graphapi.Throttled, "(#17) User request limit reached (code 17, subcode 2446079). The rate limit is used up: run again later, or with fewer accounts or metrics.",
		},
		{
			"blocked", 400, graphError(368, 0, "The action attempted has been deemed abusive"),
			graphapi.Blocked, "The action attempted has been deemed abusive (code 368, trace AbC). The API blocks this user or app for a while: look for a notice in the app's dashboard and wait some hours before the next run.",
		},
		{
			"hashtags", 400, graphError(18, 0, "quota"),
			graphapi.Blocked, "quota (code 18, trace AbC). An account may ask for 30 different hashtags in 7 days: run again when the oldest is a week old.",
		},
		{
			"error with status 200", 200, `{"data":[],"error":{"code":200,"message":"Permissions error"}}`,
			graphapi.Permission, "Permissions error (code 200). " + (&graphapi.Error{Code: 200}).Advice(),
		},
		{
			"codes as text", 400, `{"error":{"code":"100","error_subcode":"33","message":"x","is_transient":"false"}}`,
			graphapi.NotFound, "x (code 100, subcode 33). Check the id, that the token's user may see the object, and that it is of the right kind.",
		},
		{
			"escaped name", 200, `{"\u0065rror":{"code":3,"message":"no capability"}}`,
			graphapi.Permission, "no capability (code 3). The app lacks this capability: add the product or feature in the app's dashboard.",
		},
		{
			"flat shape", 400, `{"error_type":"OAuthException","code":400,"error_message":"Matching code was not found or was already used"}`,
			graphapi.BadRequest, "Matching code was not found or was already used (code 400). Correct the request: the message names what the API does not take.",
		},
		{
			"flat shape, throttled", 200, `{"error_type":"OAuthRateLimitException","code":429,"error_message":"slow down"}`,
			graphapi.Throttled, "slow down (code 429). The rate limit is used up: run again later, or with fewer accounts or metrics.",
		},
		{
			"OAuth shape", 401, `{"error":"invalid_token","error_description":"gone"}`,
			graphapi.TokenInvalid, "invalid_token: gone (HTTP 401). Set a valid access token, of the login that is chosen: a token of facebook is worth nothing with instagram, and the other way round.",
		},
		{
			"unknown", 400, graphError(99999, 7, ""),
			graphapi.Other, "the Graph API gave an error without a message (code 99999, subcode 7, trace AbC). If it stays so, ask Meta's support with the trace id.",
		},
		{
			"only a title", 400, `{"error":{"code":9004,"error_user_title":"The  media\ncould not be fetched."}}`,
			graphapi.Other, "The media could not be fetched (code 9004).",
		},
		{
			"secrets in texts", 400, graphError(100, 0, `Malformed access token `+token+` see https://x/?access_token=EAAother&x=1 {\"access_token\":\"EAApage\"}`),
			graphapi.BadRequest, `Malformed access token [redacted] see https://x/?access_token=[redacted]&x=1 {\"access_token\":\"[redacted]\"} (code 100, trace AbC). Correct the request: the message names what the API does not take.`,
		},
		{"web page", 502, "<html><head><title>Bad\n gateway</title></head>", graphapi.Transient, `the server sent a web page, "Bad gateway", instead of an answer (HTTP 502). If it stays so, check the address of the Graph API and any proxy on the way.`},
		{"not JSON", 200, "hello", graphapi.Transient, "the server sent an answer that is not JSON. If it stays so, check the address of the Graph API and any proxy on the way."},
		{"cut off", 200, `{"data":[{"access_token":"EAAp`, graphapi.Transient, "the server sent an answer that is damaged or cut off. If it stays so, check the address of the Graph API and any proxy on the way."},
		{"empty", 200, " \n", graphapi.Transient, "the server sent an empty answer. If it stays so, check the address of the Graph API and any proxy on the way."},
		{"scalar", 200, "false", graphapi.Transient, "the server sent a JSON value that is no answer of the Graph API. If it stays so, check the address of the Graph API and any proxy on the way."},
		{"HTML 429", 429, "<html>", graphapi.Throttled, "the server sent an answer that is not JSON (HTTP 429). If it stays so, check the address of the Graph API and any proxy on the way."},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, noRepeats, reply(c.status, c.body))
			_, err := b.Get(t.Context(), insights)
			e := graphErr(t, err)
			assert.Equal(t, c.kind, e.Kind())
			assert.Equal(t, at+c.want, e.Error())
			assert.Equal(t, c.status, e.Status)
		})
	}
}

func TestErrorKeepsWhatTheAPISaid(t *testing.T) {
	b := newBench(t, noRepeats, reply(400, `{"error":{"message":"m","type":"OAuthException","code":190,"error_subcode":460,"error_user_title":"A title","error_user_msg":"A message","is_transient":true,"fbtrace_id":"Tr"}}`))
	_, err := b.Get(t.Context(), insights)
	e := graphErr(t, fmt.Errorf("wrapped: %w", err))
	assert.Equal(t, []any{190, 460, "OAuthException", "m", "A title", "A message", "Tr", true, 400, "GET /v25.0/17841400000000001/insights", 1},
		[]any{e.Code, e.Subcode, e.Type, e.Message, e.UserTitle, e.UserMessage, e.TraceID, e.Transient, e.Status, e.Request, e.Tries})
	_, isGraph := graphapi.AsError(errors.New("x"))
	assert.False(t, isGraph)
}

func TestAdviceOnTokens(t *testing.T) {
	for subcode, want := range map[int]string{
		458: "The user removed the app: log in again, grant the permissions and set the new access token.",
		459: "The user must log in at Facebook or Instagram and pass the check there; then set a new access token.",
		460: "The user changed the password: log in again and set the new access token.",
		464: "The user's account is not confirmed: confirm it at Facebook or Instagram, then set a new access token.",
		467: "The access token was revoked, by a logout or by the user: log in again and set the new one.",
		492: "The user has no role on the Facebook Page of the account any more: restore the Page role, or set a token of someone who has it.",
		461: "Set a valid access token, of the login that is chosen: a token of facebook is worth nothing with instagram, and the other way round.",
	} {
		e := &graphapi.Error{Code: 190, Subcode: subcode}
		assert.Equal(t, graphapi.TokenInvalid, e.Kind())
		assert.Equal(t, want, e.Advice())
	}
}

func TestAdviceOnATokenOfTheOtherLogin(t *testing.T) {
	b := newBench(t, func(o *graphapi.Options) { o.Login = graphapi.Instagram }, reply(400, `{"error":{"message":"Invalid OAuth 2.0 Access Token","type":"IGApiException","code":190}}`))
	_, err := b.Get(t.Context(), insights)
	require.EqualError(t, err, at+"Invalid OAuth 2.0 Access Token (code 190). The token looks like one of Facebook Login: choose the login facebook, or a token of Instagram Login.")
}

func TestKindsOfBareErrors(t *testing.T) {
	for _, c := range []struct {
		e    graphapi.Error
		want graphapi.Kind
	}{
		{graphapi.Error{Code: 2}, graphapi.Transient},
		{graphapi.Error{Code: -1, Subcode: 2207001}, graphapi.Transient},
		{graphapi.Error{Code: -2}, graphapi.Other},
		{graphapi.Error{Code: -3, Transient: true}, graphapi.Transient},
		{graphapi.Error{Code: 100, Transient: true}, graphapi.Transient},
		{graphapi.Error{Code: 102}, graphapi.TokenInvalid},
		{graphapi.Error{Code: 104}, graphapi.TokenInvalid},
		{graphapi.Error{Code: 2500, Message: "An active access token must be used to query information about the current user."}, graphapi.TokenInvalid},
		{graphapi.Error{Code: 4, Subcode: 2207051}, graphapi.Blocked},
		{graphapi.Error{Code: 613, Subcode: 1996}, graphapi.Throttled},
		{graphapi.Error{Code: 80014}, graphapi.Throttled},
		{graphapi.Error{Code: 341}, graphapi.Throttled},
		{graphapi.Error{Code: 299}, graphapi.Permission},
		{graphapi.Error{Code: 9005, Subcode: 1452042}, graphapi.BadRequest},
		{graphapi.Error{Message: "Invalid OAuth 2.0 Access Token"}, graphapi.TokenInvalid},
		{graphapi.Error{Code: 100, Message: "API calls from the server require an appsecret_proof argument"}, graphapi.ProofRefused},
		{graphapi.Error{Status: 503}, graphapi.Transient},
		{graphapi.Error{Status: 404}, graphapi.NotFound},
		{graphapi.Error{Status: 403}, graphapi.Permission},
		{graphapi.Error{}, graphapi.Other},
	} {
		assert.Equal(t, c.want, c.e.Kind(), "%+v", c.e)
	}
}

func TestThrottledAdviceNamesTheTime(t *testing.T) {
	e := graphapi.Error{Code: 4, Until: time.Date(2026, 11, 22, 11, 0, 0, 0, time.FixedZone("", 3600))}
	assert.Equal(t, "Run again after 2026-11-22T10:00:00Z.", e.Advice())
}
