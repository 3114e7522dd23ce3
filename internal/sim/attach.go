package sim

import (
	"crypto/sha256"
	"encoding/hex"
)

// attachment is the hash under which a simulated photo or file stands. The
// bytes are drawn when somebody opens it: see Attachment.
func attachment(seed string) string {
	sum := sha256.Sum256([]byte("zhenwu simulated attachment " + seed))
	return hex.EncodeToString(sum[:])
}
