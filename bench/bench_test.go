package main

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// Both ways of reading must say the same, or their speed cannot be compared.
func TestMediaAgree(t *testing.T) {
	ours, maps := newMediaShred(mediaPlan()), newMediaMaps()
	for i, page := range mediaPages(4) {
		media, comments, err := ours.decode(page)
		require.NoError(t, err)
		wantMedia, wantComments, err := maps.decode(page)
		require.NoError(t, err)
		require.EqualValues(t, 100, media.NumRows())
		require.Greater(t, comments.NumRows(), int64(500))
		require.True(t, array.RecordEqual(wantMedia, media), "posts of page %d", i)
		require.True(t, array.RecordEqual(wantComments, comments), "comments of page %d", i)
		for _, r := range []arrow.Record{media, comments, wantMedia, wantComments} {
			r.Release()
		}
	}
}

func TestNestedAgree(t *testing.T) {
	ours, maps := newNestedShred(nestedPlan()), newNestedMaps()
	for i, page := range nestedPages(4) {
		got, open, err := ours.decode(page)
		require.NoError(t, err)
		want, wantOpen, err := maps.decode(page)
		require.NoError(t, err)
		require.Equal(t, wantOpen, open)
		require.Positive(t, open)
		require.Len(t, got, len(positions))
		for j, p := range positions {
			require.GreaterOrEqual(t, got[j].NumRows(), int64(100))
			require.True(t, array.RecordEqual(want[j], got[j]), "%s of page %d", p.table, i)
			got[j].Release()
			want[j].Release()
		}
	}
	require.Empty(t, ours.decoder.UnknownFields())
}

func TestAccountAgree(t *testing.T) {
	pacific, err := time.LoadLocation("America/Los_Angeles")
	require.NoError(t, err)
	ours, maps := newAccountShred(pacific), newAccountMaps(pacific)
	for _, w := range accountWindows(30, pacific) {
		got, err := ours.decode(w)
		require.NoError(t, err)
		want, err := maps.decode(w)
		require.NoError(t, err)
		require.EqualValues(t, windowDays, got.NumRows())
		require.True(t, array.RecordEqual(want, got), "window of %s:\n%v\n%v", w.account, want, got)
		got.Release()
		want.Release()
	}
}

func BenchmarkMedia(b *testing.B) {
	pages := mediaPages(8)
	size := 0
	for _, p := range pages {
		size += len(p)
	}
	plan := mediaPlan()
	ways := []struct {
		name   string
		decode func([]byte) (arrow.Record, arrow.Record, error)
	}{{"shred", newMediaShred(plan).decode}, {"maps", newMediaMaps().decode}}
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			b.SetBytes(int64(size / len(pages)))
			b.ReportAllocs()
			for i := range b.N {
				media, comments, err := way.decode(pages[i%len(pages)])
				if err != nil {
					b.Fatal(err)
				}
				media.Release()
				comments.Release()
			}
		})
	}
	b.Run("jsontext.IsValid", func(b *testing.B) {
		b.SetBytes(int64(size / len(pages)))
		for i := range b.N {
			if !jsontext.Value(pages[i%len(pages)]).IsValid() {
				b.Fatal("not valid")
			}
		}
	})
}

func BenchmarkNested(b *testing.B) {
	pages := nestedPages(4)
	size := 0
	for _, p := range pages {
		size += len(p)
	}
	for _, way := range []struct {
		name    string
		decoder nestedDecoder
	}{{"shred", newNestedShred(nestedPlan())}, {"maps", newNestedMaps()}} {
		b.Run(way.name, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decodeNested(way.decoder, pages); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("jsontext.IsValid", func(b *testing.B) {
		b.SetBytes(int64(size))
		for b.Loop() {
			for _, page := range pages {
				if !jsontext.Value(page).IsValid() {
					b.Fatal("not valid")
				}
			}
		}
	})
}

func BenchmarkAccount(b *testing.B) {
	pacific, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		b.Fatal(err)
	}
	windows := accountWindows(16, pacific)
	size := 0
	for _, w := range windows {
		size += w.size()
	}
	for _, way := range []struct {
		name   string
		decode func(window) (arrow.Record, error)
	}{{"shred", newAccountShred(pacific).decode}, {"maps", newAccountMaps(pacific).decode}} {
		b.Run(way.name, func(b *testing.B) {
			b.SetBytes(int64(size / len(windows)))
			b.ReportAllocs()
			for i := range b.N {
				r, err := way.decode(windows[i%len(windows)])
				if err != nil {
					b.Fatal(err)
				}
				r.Release()
			}
		})
	}
}
