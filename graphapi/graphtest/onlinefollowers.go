package graphtest

import "strconv"

// OnlineFollowers returns the day's map of hour ("0" to "23") to followers online, sparse as the API has
// it: an hour without any is left out, and the map may be empty (facts §3.4). It is false when the API
// gives no point for the day.
func (w *World) OnlineFollowers(account string, day Day) (map[string]int64, bool) {
	a := w.byID[account]
	if a == nil {
		return nil, false
	}
	hours, ok := w.onlineHours(a, day, w.moment())
	if !ok {
		return nil, false
	}
	out := map[string]int64{}
	for hour, v := range hours {
		if v > 0 {
			out[strconv.Itoa(hour)] = v
		}
	}
	return out, true
}

// daylight is how many of a hundred followers are usually online at an hour.
var daylight = [24]int64{4, 2, 1, 0, 0, 1, 6, 14, 22, 26, 28, 30, 34, 33, 30, 29, 31, 36, 42, 47, 50, 44, 29, 13}

func (w *World) onlineHours(a *Account, day Day, now moment) (hours [24]int64, ok bool) {
	m := metricByName[online]
	if !w.visible(a, m, day, now) {
		return hours, false
	}
	if a.emptyOnline[day] {
		return hours, true
	}
	for hour := range hours {
		if a.Figures != nil {
			hours[hour] = a.Figures(online, day, strconv.Itoa(hour))
			continue
		}
		hours[hour] = figure(a, m, day, uint64(hour), daylight[hour], 50, now)
	}
	return hours, true
}
