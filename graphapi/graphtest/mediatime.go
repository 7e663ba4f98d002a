package graphtest

import "time"

// storyLife is how long a story lives (facts §2.1).
const storyLife = 24 * time.Hour

// usualGap is the time between two posts of an account that says nothing else, and oldestPost how far
// back the first one is at most.
const (
	usualGap   = 30 * time.Hour
	oldestPost = 8 * 365 * 24 * time.Hour
)

// settle gives the account's media their times; now is when the World is made. So time passing moves no
// post; it lets stories expire, and posts whose time is yet to come appear.
func (a *Account) settle(now time.Time) {
	a.origin = now.Truncate(time.Hour).Unix()
	if a.LastPost.IsZero() {
		a.LastPost = time.Unix(a.origin, 0).Add(-time.Duration(mix(a.hash+20)%20) * time.Hour)
		if !a.FirstPost.IsZero() && a.FirstPost.After(a.LastPost) {
			a.LastPost = a.FirstPost
		}
	}
	if a.FirstPost.IsZero() {
		a.FirstPost = a.LastPost.Add(-min(time.Duration(min(a.sizeOf(posts), maxListed))*usualGap, oldestPost))
	}
	a.LastPost, a.FirstPost = a.LastPost.UTC().Truncate(time.Second), a.FirstPost.UTC().Truncate(time.Second)
	if n := a.sizeOf(posts); a.Converted.IsZero() && a.PersonalPosts > 0 && n > 0 {
		youngest := max(n-a.PersonalPosts, 0)
		a.Converted = time.Unix(a.postedAt(posts, youngest)+1, 0).UTC()
	}
}

// postedAt is when a media was posted, in unix seconds: never earlier than the next one of the list.
func (a *Account) postedAt(class mediaClass, index int) int64 {
	switch class {
	case stories:
		return a.storyAt(index)
	case tags:
		return spread(a.origin, a.origin-int64(usualGap/time.Second)*int64(a.Tagged+1)*3, a.Tagged, index, mix(a.hash+21))
	}
	n := a.sizeOf(posts)
	for index > 0 && index < n-1 && twin(a, index) {
		index--
	}
	return spread(a.LastPost.Unix(), a.FirstPost.Unix(), n, index, mix(a.hash+22))
}

// twin says that a post has the very second of the one before it in the list. It happens, and a reader
// that cuts a list by time must not lose or double either.
func twin(a *Account, index int) bool { return mix(a.hash+23+uint64(index))%61 == 7 }

// storyAt puts the live stories on the 23 hours before the World was made, and as many on the day before
// that.
func (a *Account) storyAt(index int) int64 {
	newest := a.origin
	if index >= a.Stories {
		newest, index = a.origin-25*3600, index-a.Stories
	}
	return spread(newest, newest-23*3600, a.Stories, index, mix(a.hash+24))
}

// spread puts the index-th of n things on the time from last back to first, the first of them at last and
// the last of them at first, those between anywhere in their part of it.
func spread(last, first int64, n, index int, seed uint64) int64 {
	switch {
	case index <= 0 || n <= 1:
		return last
	case index >= n-1:
		return first
	}
	span := max(last-first, 0)
	// two factors of less than 2³¹ each
	start, end := span*int64(index)/int64(n), span*int64(index+1)/int64(n)
	at := start
	if end > start {
		at += int64(mix(seed+uint64(index)) % uint64(end-start))
	}
	return last - at
}
