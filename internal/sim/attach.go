package sim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"sync"
)

// Attachment is a simulated photo or file: a drawing of stripes, no picture of anything, or a blank form.
type Attachment struct {
	Hash  string // hex SHA-256 of Bytes
	Name  string
	Mime  string
	Bytes []byte
}

// Attachments are all files that the simulated year refers to. Whoever builds
// the year keeps them before it is played.
var Attachments = sync.OnceValue(func() []Attachment {
	out := make([]Attachment, drawings)
	for i := range out {
		img := image.NewPaletted(image.Rect(0, 0, 320, 240), color.Palette{color.Gray{0xEE}, color.RGBA{uint8(40 + 8*i), uint8(90 + 5*i%120), uint8(200 - 6*i), 0xFF}})
		for y := range 240 {
			for x := range 320 {
				if (x+y*(1+i%5))/(8+i)%2 == 0 {
					img.SetColorIndex(x, y, 1)
				}
			}
		}
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			panic(err) // a paletted picture in memory can always be written
		}
		sum := sha256.Sum256(b.Bytes())
		out[i] = Attachment{Hash: hex.EncodeToString(sum[:]), Name: fmt.Sprintf("模拟附件%02d.png", i+1), Mime: "image/png", Bytes: b.Bytes()}
	}
	all, err := forms()
	if err != nil {
		panic(err) // a form in memory can always be packed
	}
	for _, b := range blanks {
		out = append(out, all[b.name])
	}
	return out
})

// drawings is how many attachments are drawings; the forms follow them.
const drawings = 24

// attachment picks the file that stands for seed.
func attachment(seed string) string {
	h := fnv.New32a()
	h.Write([]byte(seed))
	return Attachments()[h.Sum32()%drawings].Hash
}

// formOf gives the blank form of a name; "" where there is none.
func formOf(name string) string {
	for i, b := range blanks {
		if b.name == name {
			return Attachments()[drawings+i].Hash
		}
	}
	return ""
}
