package graphtest

import "strings"

// commentTexts hold, as captions do, what readers and writers of text get wrong; and they are short.
var commentTexts = [...]string{
	"This is awesome!",
	"*Sniff*",
	"😍😍😍",
	"Where can I get one? \"asking for a friend\"",
	"❤️\u200d🔥 love it\nreally",
	"すごい！どこで買えますか？",
	"C:\\Users\\me\\wishlist.txt ← added",
	"price/size/colour?",
	"Größe M, bitte — danke schön",
	"أين المتجر؟ 🌙",
	"null",
	"{\"text\":\"nested\"}",
	"first,second;third\t'fourth'",
	"=1+1",
	"two\r\nlines\u2028three",
	"👨\u200d👩\u200d👧\u200d👦 we were there 🏳️\u200d🌈",
	"한국에서도 살 수 있나요?",
	"𝓅𝓇ℯ𝓉𝓉𝓎 🧵",
	"e\u0301toile ✨ </script>",
	"0",
}

// commentText makes up the text of a comment; a picture without words has none, and a few are long.
func commentText(h uint64, to string) string {
	if h%37 == 0 {
		return ""
	}
	text := commentTexts[h>>8%uint64(len(commentTexts))]
	switch {
	case to != "":
		text = "@" + to + " " + text
	case h%211 == 5:
		text = strings.Repeat(text+" ", 2200/(len(text)+1))
	}
	return text
}
