// Takes batches of events from Tidepost. Needs Go 1.18 or later:
//
//	WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… go run receiver.go
//
// A batch is in inbox/ before the answer, and moves to done/ once it is processed, or to failed/ after the last attempt.
// It may come again for 28 hours, four more than the stream keeps events by default: keep the files for longer.
package main

import (
	// #if compressed
	"bytes"
	"compress/gzip"
	// #endif
	// #if signed
	"crypto/hmac"
	"crypto/sha256"
	// #endif
	// #if token
	"crypto/subtle"
	// #endif
	// #if signed
	"encoding/base64"
	// #endif
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	// #if signed
	"math"
	// #endif
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	// #if signed
	"strconv"
	// #endif
	"strings"
	"sync"
	"time"
)

const (
	path     = "/path-of-target"
	maxBytes = 16 << 20
)

var (
	batchIDs = regexp.MustCompile("^[0-9A-Za-z_-]{1,64}$")
	// The test POST of a new webhook: no events.
	pings = regexp.MustCompile(`^\[(\s*\{\s*"msys"\s*:\s*\{\s*\}\s*\}\s*,?)*\s*\]$`)
	// Pauses, in seconds, before a batch that failed is tried again.
	pauses = []int{10, 60, 600, 3600}
	// Held by the one batch that is worked on.
	turn sync.Mutex
)

type event struct {
	Msys map[string]json.RawMessage `json:"msys"`
}

// process is your work on a batch. It runs after the answer; when it fails or panics, or the program ends, it runs again.
func process(batchID string, events []event) error {
	fmt.Printf("%s: %d events\n", batchID, len(events))
	return nil
}

func fileIn(folder, batchID string) string {
	return filepath.Join(folder, batchID+".json")
}

func isFinished(batchID string) bool {
	_, notDone := os.Stat(fileIn("done", batchID))
	_, notFailed := os.Stat(fileIn("failed", batchID))
	return notDone == nil || notFailed == nil
}

// store keeps a batch, or tells that it is there already.
func store(batchID string, text []byte) (bool, error) {
	part, err := os.CreateTemp("inbox", "*.part")
	if err != nil {
		return false, err
	}
	defer os.Remove(part.Name())
	defer part.Close()
	if _, err := part.Write(text); err != nil {
		return false, err
	}
	if err := part.Sync(); err != nil {
		return false, err
	}
	err = os.Link(part.Name(), fileIn("inbox", batchID))
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, part.Sync() // the new name, too
}

// work processes a batch when it is its turn, and again after a pause when that fails.
func work(batchID string, failures int) {
	turn.Lock()
	defer turn.Unlock()
	file := fileIn("inbox", batchID)
	if isFinished(batchID) { // a duplicate that came while the batch moved
		os.Remove(file)
		return
	}
	err := attempt(batchID, file)
	if err == nil {
		return
	}
	log.Print(batchID, " failed: ", err)
	if failures < len(pauses) {
		time.AfterFunc(time.Duration(pauses[failures])*time.Second, func() { work(batchID, failures+1) })
	} else if err := os.Rename(file, fileIn("failed", batchID)); err != nil {
		log.Print(err)
	}
}

func attempt(batchID, file string) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(text, &elements); err != nil {
		return err
	}
	var events []event
	for number, element := range elements {
		var read event
		if err := json.Unmarshal(element, &read); err != nil {
			log.Printf("%s: element %d is left out: %v", batchID, number, err)
		} else if len(read.Msys) > 0 {
			events = append(events, read)
		}
	}
	if err := process(batchID, events); err != nil {
		return err
	}
	return os.Rename(file, fileIn("done", batchID))
}

// #if token or signed
// secretsOf reads a variable, and the old secret of NAME_OLD while it is being replaced. An empty one would let in everyone.
func secretsOf(name string) []string {
	secrets := []string{strings.TrimSpace(os.Getenv(name))}
	if old, isSet := os.LookupEnv(name + "_OLD"); isSet {
		secrets = append(secrets, strings.TrimSpace(old))
	}
	for _, secret := range secrets {
		if secret == "" {
			log.Fatal(name, " or ", name, "_OLD is not set or empty")
		}
	}
	return secrets
}

// #endif
// #if token
// isToken compares in a time that does not tell how much of a token was right.
func isToken(sent string, tokens []string) bool {
	matches := 0
	for _, token := range tokens {
		matches |= subtle.ConstantTimeCompare([]byte(sent), []byte(token))
	}
	return matches == 1
}

// #endif
// #if compressed
func inflate(raw []byte, encoding string) ([]byte, error) {
	if encoding != "gzip" {
		return raw, nil
	}
	reader, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(reader, maxBytes+1))
	if err == nil && len(text) > maxBytes {
		err = errors.New("too large")
	}
	return text, err
}

// #endif
// #if signed
func keysOf(secrets []string) (keys [][]byte) {
	for _, secret := range secrets {
		text := strings.TrimPrefix(secret, "whsec_")
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) == 0 || text == secret {
			log.Fatal("WEBHOOK_SECRET is not whsec_ and base64")
		}
		keys = append(keys, key)
	}
	return keys
}

// isSigned verifies a signature of Standard Webhooks over the JSON before compression.
func isSigned(header http.Header, text []byte, keys [][]byte) bool {
	timestamp := header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || math.Abs(float64(time.Now().Unix()-seconds)) > 300 {
		return false
	}
	for _, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(header.Get("webhook-id") + "." + timestamp + "."))
		mac.Write(text)
		expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		for _, signature := range strings.Split(header.Get("webhook-signature"), " ") {
			if hmac.Equal([]byte(signature), expected) {
				return true
			}
		}
	}
	return false
}

// #endif
func main() {
	// #if token
	tokens := secretsOf("WEBHOOK_TOKEN")
	// #endif
	// #if signed
	keys := keysOf(secretsOf("WEBHOOK_SECRET"))
	// #endif
	for _, folder := range []string{"inbox", "done", "failed"} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			log.Fatal(err)
		}
	}
	left, _ := filepath.Glob("inbox/*.json")
	for _, file := range left { // what an earlier run has left
		go work(strings.TrimSuffix(filepath.Base(file), ".json"), 0)
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	log.Fatal(http.ListenAndServe(":"+port, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := func(status int, text string) {
			w.WriteHeader(status)
			io.WriteString(w, text)
		}
		if r.Method != "POST" || strings.Split(r.RequestURI, "?")[0] != path {
			answer(404, "not found")
			return
		}
		// #if token
		if !isToken(r.Header.Get("x-messagesystems-webhook-token"), tokens) {
			answer(401, "wrong token")
			return
		}
		// #endif
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBytes))
		if err != nil {
			answer(413, "too large")
			return
		}
		// #if compressed
		text, err := inflate(raw, r.Header.Get("content-encoding"))
		// #else text := raw
		// #endif
		trimmed := strings.TrimSpace(string(text))
		if err != nil || !strings.HasPrefix(trimmed, "[") || !strings.HasSuffix(trimmed, "]") {
			answer(400, "not a batch")
			return
		}
		if len(trimmed) < 1024 && pings.MatchString(trimmed) {
			answer(200, "ping")
			return
		}
		// #if signed
		if !isSigned(r.Header, text, keys) {
			answer(401, "wrong signature")
			return
		}
		batchID := r.Header.Get("webhook-id")
		// #else batchID := r.Header.Get("x-messagesystems-batch-id")
		// #endif
		if !batchIDs.MatchString(batchID) {
			answer(400, "no batch id")
			return
		}
		if isFinished(batchID) {
			answer(200, "duplicate")
			return
		}
		isNew, err := store(batchID, text)
		if err != nil {
			log.Print(err)
			answer(500, "failed")
			return
		}
		if !isNew {
			answer(200, "duplicate")
			return
		}
		answer(200, "stored")
		go work(batchID, 0)
	})))
}
