package graphtest

import (
	"regexp"
	"time"
)

// version is a Graph API version and the day from which it is gone, empty while unannounced.
type version struct{ name, until string }

// versions, oldest first, with the end of each (facts §1.2).
var versions = []version{
	{"v3.0", "2020-07-28"},
	{"v3.1", "2020-10-27"},
	{"v3.2", "2021-05-04"},
	{"v3.3", "2021-08-03"},
	{"v4.0", "2021-11-02"},
	{"v5.0", "2022-02-03"},
	{"v6.0", "2022-05-05"},
	{"v7.0", "2022-08-04"},
	{"v8.0", "2022-11-01"},
	{"v9.0", "2023-02-23"},
	{"v10.0", "2023-06-08"},
	{"v11.0", "2023-09-14"},
	{"v12.0", "2024-02-08"},
	{"v13.0", "2024-05-28"},
	{"v14.0", "2024-09-17"},
	{"v15.0", "2024-11-20"},
	{"v16.0", "2025-05-14"},
	{"v17.0", "2025-09-12"},
	{"v18.0", "2026-01-26"},
	{"v19.0", "2026-05-21"},
	{"v20.0", "2026-09-24"},
	{"v21.0", "2027-01-21"},
	{"v22.0", "2027-05-20"},
	{"v23.0", "2027-10-08"},
	{"v24.0", "2028-02-18"},
	{"v25.0", "2028-07-29"},
	{"v26.0", ""},
}

var versionShape = regexp.MustCompile(`^v\d+\.\d+$`)

// serving returns the version that answers a request for asked: itself while alive, else the oldest one
// alive (facts §1.2). It is false for a version that never was.
func serving(asked string, now time.Time) (string, bool) {
	known := false
	for _, v := range versions {
		known = known || v.name == asked
		if known && (v.until == "" || now.Format(time.DateOnly) < v.until) {
			return v.name, true
		}
	}
	return "", false
}
