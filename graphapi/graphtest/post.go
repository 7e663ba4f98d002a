package graphtest

import (
	"strconv"
	"strings"
	"time"
)

// mediaAt makes up the media at a place of an account's list. It is the same whoever asks.
func (w *World) mediaAt(a *Account, class mediaClass, index int) Media {
	h := mix(a.hash ^ mix(uint64(class)<<40|uint64(index)))
	m := Media{
		ID:        w.mediaID(mediaRef{account: a, class: class, index: index}),
		Account:   a.ID,
		Index:     index,
		Timestamp: time.Unix(a.postedAt(class, index), 0).UTC(),
		Username:  a.Username,
		Shortcode: "C" + letters(h+1, 10),
		LegacyID:  "3" + digits(h+2, 9),
		account:   a, class: class, hash: h,
	}
	m.Type, m.ProductType = postTypes(a.kindOf(class, index, h))
	if class == stories {
		m.ProductType = productStory
	}
	m.Tagged = class == tags
	w.fillWords(&m)
	w.fillPictures(&m)
	m.fillPeculiarities()
	m.fillCounts()
	if a.EachMedia != nil {
		m.Children = w.childrenOf(&m)
		a.EachMedia(&m)
	}
	return m
}

// kindOf is the kind of a media: of posts as the account says, else as the seed has it.
func (a *Account) kindOf(class mediaClass, index int, h uint64) PostKind {
	switch {
	case class == posts && len(a.Kinds) > 0:
		return a.Kinds[index%len(a.Kinds)]
	case class == stories:
		return [...]PostKind{FeedImage, FeedVideo}[h%2]
	case class == tags:
		return [...]PostKind{FeedImage, FeedImage, FeedVideo, Reel}[h%4]
	}
	return [...]PostKind{FeedImage, FeedImage, FeedImage, FeedVideo, FeedAlbum, FeedAlbum, Reel, Reel, Reel, Reel}[h%10]
}

func postTypes(k PostKind) (mediaType, productType string) {
	switch k {
	case FeedVideo:
		return typeVideo, productFeed
	case FeedAlbum:
		return typeAlbum, productFeed
	case Reel:
		return typeVideo, productReels
	case Ad:
		return typeImage, productAd
	}
	return typeImage, productFeed
}

// fillWords writes the texts and what goes with the type.
func (w *World) fillWords(m *Media) {
	h := m.hash
	m.Caption = captionOf(h)
	switch {
	case m.class == stories:
		m.Permalink = "https://www.instagram.com/stories/" + m.Username + "/" + m.LegacyID
	case m.ProductType == productReels:
		m.Permalink = "https://www.instagram.com/reel/" + m.Shortcode + "/"
	default:
		m.Permalink = "https://www.instagram.com/p/" + m.Shortcode + "/"
	}
	if m.Tagged {
		m.Username = firstNames[mix(h+3)%uint64(len(firstNames))] + "_" + trades[mix(h+4)%uint64(len(trades))]
	}
	m.SharedToFeed = m.ProductType == productReels && mix(h+5)%4 > 0
	m.CommentsDisabled = mix(h+6)%40 == 0
	m.AIGenerated = mix(h+7)%50 == 0
	m.LikesHidden = mix(h+8)%12 == 0
	m.CountsHidden = mix(h+9)%15 == 0
	m.describe()
}

// describe writes what depends on whether it is an image or a video.
func (m *Media) describe() {
	switch m.Type {
	case typeImage:
		if mix(m.hash+10)%3 == 0 {
			m.AltText = altTexts[mix(m.hash+11)%uint64(len(altTexts))]
		}
	case typeVideo:
		m.AudioType = [...]string{"MUSIC", "ORIGINAL_SOUND"}[mix(m.hash+12)%2]
	}
}

// fillPictures writes the signed URLs, whose signature changes from day to day (facts §2.2). A
// copyrighted video has none.
func (w *World) fillPictures(m *Media) {
	today := w.Today()
	signed := func(salt uint64, folder, ending string) string {
		h := mix(m.hash + salt)
		return "https://scontent.example/" + folder + "/" + digits(h, 12) + ending +
			"?oe=" + strings.ToUpper(strconv.FormatInt(today.End().Unix(), 16)) + "&_nc_sid=" + letters(mix(h^uint64(today)), 6)
	}
	switch {
	case !m.video():
		m.MediaURL = signed(13, "v/t51", ".jpg")
	case mix(m.hash+14)%12 > 0:
		m.MediaURL = signed(13, "o1/v/t16", ".mp4")
	}
	if m.video() {
		m.ThumbnailURL = signed(15, "v/t51", ".jpg")
	}
}

// fillPeculiarities writes what the account says of its media.
func (m *Media) fillPeculiarities() {
	a := m.account
	m.BeforeConversion = m.own() && m.Timestamp.Before(a.Converted)
	if m.class == stories {
		m.Viewers = 5 + a.audience(100)*int64(20+mix(m.hash+16)%60)/100
		if m.Index < a.QuietStories {
			m.Viewers = int64(mix(m.hash+16) % 5)
		}
	}
	if m.class != posts || int(mix(m.hash+17)%1000) >= a.OddPerMille {
		return
	}
	switch mix(m.hash+18) % 5 {
	case 0:
		m.NotOnFacebook = true
	case 1:
		m.Deleted = true
	case 2:
		m.NoInsights = true
	case 3:
		m.Refused = []string{[...]string{"saved", "shares", "views"}[mix(m.hash+19)%3]}
	case 4:
		m.Absent = []string{[...]string{"reach", "likes", "comments"}[mix(m.hash+19)%3]}
	}
}

// audience is how many people perMille of a thousand followers are.
func (a *Account) audience(perMille int64) int64 {
	return min(a.Followers+50, 100_000_000) * perMille / 1000
}

// childrenOf returns the children of an album, nil of anything else.
func (w *World) childrenOf(m *Media) []Media {
	if m.Type != typeAlbum {
		return nil
	}
	if m.Children != nil {
		return m.Children
	}
	n := 2 + int(mix(m.hash+30)%7)
	if mix(m.hash+31)%16 == 0 {
		n = 20 // as many as an album takes
	}
	out := make([]Media, n)
	for i := range out {
		h := mix(m.hash + 32 + uint64(i))
		one := Media{
			ID:      w.mediaID(mediaRef{account: m.account, class: m.class, index: m.Index, child: i + 1}),
			Account: m.Account, Index: i, Parent: m.ID, Tagged: m.Tagged, Deleted: m.Deleted,
			Type: typeImage, ProductType: m.ProductType, Timestamp: m.Timestamp, Username: m.Username,
			Shortcode: "C" + letters(h+1, 10), LegacyID: "3" + digits(h+2, 9), AIGenerated: m.AIGenerated,
			account: m.account, class: m.class, hash: h,
		}
		if h%3 == 0 {
			one.Type = typeVideo
		}
		one.describe()
		w.fillPictures(&one)
		out[i] = one
	}
	return out
}
