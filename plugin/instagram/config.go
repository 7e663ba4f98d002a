package instagram

import (
	"time"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/secret"
)

// The request types.
const (
	AccountInsights = "account_insights"
	MediaInsights   = "media_insights"
	AccountProfile  = "account_profile"
	AccountMedia    = "account_media"
	Query           = "query"
)

// Values of the properties that choose between ways.
const (
	allAccounts = "all"

	aggregateRange = "range"
	layoutLong     = "long"
	skipOnError    = "skipOnError"
	periodLifetime = "lifetime"
	loginFacebook  = string(graphapi.Facebook)
	loginInstagram = string(graphapi.Instagram)
)

// Config is the properties of the source, bound. The validate tags are the rules that look at one
// property, or make one mandatory by the value of another; rules.go holds the rest.
type Config struct {
	ReferenceName    string        `property:"referenceName" validate:"reference_name"`
	AccessToken      secret.Text   `property:"accessToken"`
	RequestType      string        `property:"requestType" validate:"omitempty,oneof=account_insights media_insights account_profile account_media query"`
	AccountID        []string      `property:"accountId" validate:"required_if=RequestType account_insights,required_if=RequestType account_profile,required_if=RequestType account_media,dive,account_id"`
	MediaID          []string      `property:"mediaId" validate:"required_if=RequestType media_insights,dive,media_id"`
	AccountMetrics   []string      `property:"accountMetrics" validate:"required_if=RequestType account_insights"`
	MediaMetrics     []string      `property:"mediaMetrics" validate:"required_if=RequestType media_insights"`
	MediaEdge        string        `property:"mediaEdge" validate:"omitempty,oneof=media stories tags"`
	Period           string        `property:"period" validate:"required_if=RequestType account_insights,omitempty,oneof=day week days_28 lifetime"`
	FromDate         string        `property:"fromDate"`
	ToDate           string        `property:"toDate"`
	Breakdown        []string      `property:"breakdown"`
	Timeframe        string        `property:"timeframe"`
	Aggregate        string        `property:"aggregate" validate:"omitempty,oneof=daily range"`
	Layout           string        `property:"layout" validate:"omitempty,oneof=wide long"`
	Fields           []string      `property:"fields" validate:"dive,field_name"`
	Queries          string        `property:"queries" validate:"required_if=RequestType query"`
	Login            string        `property:"login" validate:"omitempty,oneof=facebook instagram"`
	APIVersion       string        `property:"apiVersion" validate:"omitempty,api_version"`
	AppSecret        secret.Text   `property:"appSecret"`
	ErrorHandling    string        `property:"errorHandling" validate:"omitempty,oneof=stopOnError skipOnError"`
	Incremental      bool          `property:"incremental"`
	Lookback         int           `property:"lookback" validate:"gte=0,lte=3650"`
	RefreshDays      int           `property:"refreshDays" validate:"gte=0,lte=3650"`
	Snapshots        bool          `property:"snapshots"`
	MaxRetryDuration time.Duration `property:"maxRetryDuration" validate:"gte=0"`
	RequestTimeout   time.Duration `property:"requestTimeout" validate:"gte=0"`
}

// All says whether every account that the token reaches is to be read.
func (c *Config) All() bool { return len(c.AccountID) == 1 && c.AccountID[0] == allAccounts }

// Range says whether one row stands for the whole range.
func (c *Config) Range() bool { return c.Aggregate == aggregateRange && c.Period != periodLifetime }

// Long says whether one row stands for one value.
func (c *Config) Long() bool { return c.Layout == layoutLong }

// decode binds the properties; the failures are values that are not of their type.
func decode(p *plugin.Properties) (*Config, []plugin.Failure) {
	c := new(Config)
	failures := p.Decode(c)
	return c, failures
}
