package graphtest

import "strings"

// captions hold what a JSON writer, a CSV writer or a column of text gets wrong: quotes of both kinds,
// backslashes, slashes, commas, line breaks, tabs, accents apart from their letters, other scripts and
// directions, emoji beyond the basic plane and joined ones, a line separator, and what looks like JSON.
var captions = [...]string{
	"Fresh out of the oven: sourdough, rye and \"the good one\".",
	"Monday mood ☕️\nTell us yours in the comments!",
	"手作りの器、ひとつひとつ違います。🌿 #陶芸",
	"اليوم في الورشة: ألوان جديدة",
	"Новая коллекция уже в магазине — заходите!",
	"C:\\photos\\2026\\final_final(2).jpg was worth it",
	"Before / after. 50% off, code \"SPRING\"; ends 3/4.",
	"👩\u200d👩\u200d👧\u200d👦 family day 🏳️\u200d🌈 thank you all 🙏🏽",
	"Cafe\u0301 cre\u0300me, s'il vous plai\u0302t\tTable 4",
	"{\"caption\": \"this is not JSON, it's Tuesday\"}",
	"line one\r\nline two\u2028line three",
	"한글 캡션도 있어요 😊 @friend 님과 함께",
	",,, leading commas, and =SUM(A1:A9)",
	"𝒮𝓁ℴ𝓌 is a feature 🧶🧵",
}

var altTexts = [...]string{
	"May be an image of bread and text that says 'open'",
	"Photo by the studio, two people & a \"bicycle\"",
	"画像: 海と空 🌊",
}

// captionOf makes up a caption; one in eleven posts has none, and a few are as long as they may be.
func captionOf(h uint64) string {
	pick := mix(h + 40)
	if pick%11 == 0 {
		return ""
	}
	text := captions[pick>>8%uint64(len(captions))]
	switch {
	case pick%7 == 1:
		text += " #handmade #slow" + digits(h+41, 3)
	case pick%89 == 3:
		text = strings.Repeat(text+"\n", 2200/(len(text)+1))
	}
	return text
}
