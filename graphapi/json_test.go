package graphapi_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/secret"
)

var jsonSeeds = []string{
	`{}`, `[]`, ` [1 , -0.5e+10,true,false,null,"a"] `, `{"a":{"b":[{}, []]},"c":""}`, `{"error":{"code":1}}`, `{"a":[1,]}`, `{"a":1,}`, `{,}`, `[,1]`,
	`{"a" 1}`, `{"a":}`, `{a:1}`, `[1 2]`, `[1}`, `{"a":1]`, `"\u00e9\ud83d\ude00\ud800x\udc00"`, `"\x"`, `"\u12g4"`, `"abc`, "\"a\nb\"", "\"\x7f\xff\"", `01`, `-`, `1.`, `1e`, `.5`, `+1`,
	`tru`, `nulll`, ``, ` `, `{} x`, `[[[[[[[[[[]]]]]]]]]]`, `"12345678\"12345678\\"`, `{"12345678":"1234567890123456"}`, "[\"1234567\x1f\"]", `{"error_message":1,"\u0065rror":2}`, `{"x":{"error":1}}`,
}

func TestValidAgreesWithEncodingJSON(t *testing.T) {
	for _, s := range jsonSeeds {
		valid, _ := graphapi.Valid([]byte(s))
		assert.Equal(t, json.Valid([]byte(s)), valid, s)
	}
	deep := strings.Repeat("[", 10000) + strings.Repeat("]", 10000)
	valid, _ := graphapi.Valid([]byte(deep))
	assert.True(t, valid)
	valid, _ = graphapi.Valid([]byte("[" + deep + "]"))
	assert.False(t, valid, "as encoding/json has it")
}

func TestOnlyTheOutermostLevelIsSuspect(t *testing.T) {
	for text, want := range map[string]bool{
		`{"error":{}}`: true, `{"data":[],"error":null}`: true, `{"x":{"error":1}}`: false, `[{"error":1}]`: false, `{"x":"error"}`: false,
		`{"error_type":"x"}`: true, `{"\u0065rror":1}`: true, `{"errors":1}`: false,
	} {
		_, suspect := graphapi.Valid([]byte(text))
		assert.Equal(t, want, suspect, text)
	}
}

func FuzzValid(f *testing.F) {
	for _, s := range jsonSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		valid, _ := graphapi.Valid(b)
		if want := json.Valid(b); valid != want {
			t.Fatalf("valid %v, want %v", valid, want)
		}
		if !valid {
			return
		}
		switch b := bytes.TrimSpace(b); b[0] {
		case '"':
			var want string
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			// encoding/json also replaces invalid UTF-8, which is left alone here.
			if got := string(graphapi.Unquote(nil, b[1:len(b)-1])); strings.ToValidUTF8(got, "\ufffd") != strings.ToValidUTF8(want, "\ufffd") && json.Valid(b) && isUTF8(b) {
				t.Fatalf("unquoted %q, want %q", got, want)
			}
		case '[':
			var want []json.RawMessage
			if json.Unmarshal(b, &want) != nil {
				return
			}
			n := 0
			graphapi.Elements(b, func(value []byte) bool {
				if n >= len(want) || !bytes.Equal(value, want[n]) {
					t.Fatalf("element %d is %q", n, value)
				}
				n++
				return true
			})
			if n != len(want) {
				t.Fatalf("%d elements, want %d", n, len(want))
			}
		case '{':
			want, got := map[string]any{}, map[string]any{}
			if json.Unmarshal(b, &want) != nil || !isUTF8(b) {
				return
			}
			graphapi.Members(b, func(name, value []byte) bool {
				var v any
				if err := json.Unmarshal(value, &v); err != nil {
					t.Fatalf("member %q: %v", name, err)
				}
				got[string(graphapi.Unquote(nil, name))] = v
				return true
			})
			if !reflect.DeepEqual(got, want) && !repeats(b) {
				t.Fatalf("members %v, want %v", got, want)
			}
		}
	})
}

func isUTF8(b []byte) bool { return bytes.Equal(bytes.ToValidUTF8(b, []byte("\ufffd")), b) }

// repeats says whether an object has a member twice: encoding/json merges such into a map.
func repeats(b []byte) bool {
	names, twice := map[string]bool{}, false
	graphapi.Members(b, func(name, _ []byte) bool {
		key := string(graphapi.Unquote(nil, name))
		twice = twice || names[key]
		names[key] = true
		return true
	})
	return twice
}

func FuzzError(f *testing.F) {
	for _, body := range []string{
		graphError(190, 463, "Session has expired"), graphError(100, 0, "metric[0] must be one of the following values: a, b"),
		`{"error":"x","error_description":"y"}`, `{"error_type":"x","code":400,"error_message":"m"}`, `{"error":{"code":"1","is_transient":"true"}}`,
		`{"error":{"code":1e99,"message":5}}`, "<title>" + token, `{"error":{"message":"Malformed access token ` + token + `","error_user_title":"` + appSecret + `"}}`,
	} {
		f.Add(400, []byte(body))
		f.Add(200, []byte(body))
	}
	c, err := graphapi.New(graphapi.Options{Login: graphapi.Facebook, Version: "v25.0", Token: secret.New(token), AppSecret: secret.New(appSecret)})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		e := c.ParseError(status, body)
		if e == nil {
			if !json.Valid(body) || status < 200 || status > 299 {
				t.Fatal("what is no answer passed for one")
			}
			return
		}
		text := e.Error() + e.Advice() + string(e.Kind()) + e.UserMessage + e.Type
		if strings.Contains(text, token) || strings.Contains(text, appSecret) {
			t.Fatalf("a secret in %q", text)
		}
		e.RefusedMetrics()
		if strings.ContainsAny(e.Error(), "\n\r") {
			t.Fatalf("more than one line: %q", e.Error())
		}
	})
}

func BenchmarkValid(b *testing.B) {
	row := `{"id":"17900000000000001","caption":"a caption of some length \u00e9, with an escape","like_count":1234,"timestamp":"2019-09-26T22:36:43+0000"}`
	body := []byte(`{"data":[` + strings.TrimSuffix(strings.Repeat(row+",", 1000), ",") + `]}`)
	b.Run("ours", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			graphapi.Valid(body)
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			json.Valid(body)
		}
	})
}
