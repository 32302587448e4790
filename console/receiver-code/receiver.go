// Takes batches of events from Tidepost. Needs Go 1.18 or later:
//   WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… go run receiver.go
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
	"regexp"
	// #if signed
	"strconv"
	// #endif
	"strings"
	// #if signed
	"time"
	// #endif
)

const (
	path     = "/path-of-target"
	maxBytes = 16 << 20
)

var batchIDs = regexp.MustCompile("^[0-9A-Za-z_-]{1,64}$")

type event struct {
	Msys map[string]json.RawMessage `json:"msys"`
}

// process is your work on a batch. It runs after the answer.
func process(batchID string, events []event) {
	fmt.Printf("%s: %d events\n", batchID, len(events))
}

// store keeps a batch, or tells that it is there already. A batch may come again for four hours: keep files longer.
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
	err = os.Link(part.Name(), "inbox/"+batchID+".json")
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	return err == nil, err
}

// #if token or signed
func required(name string) string {
	value := os.Getenv(name)
	if value == "" {
		log.Fatal(name + " is not set")
	}
	return value
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
// isSigned verifies a signature of Standard Webhooks over the bytes as they arrived.
func isSigned(header http.Header, raw []byte, key []byte) bool {
	timestamp := header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || math.Abs(float64(time.Now().Unix()-seconds)) > 300 {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(header.Get("webhook-id") + "." + timestamp + "."))
	mac.Write(raw)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for _, signature := range strings.Split(header.Get("webhook-signature"), " ") {
		if hmac.Equal([]byte(signature), expected) {
			return true
		}
	}
	return false
}

// #endif
func main() {
	// #if token
	token := []byte(required("WEBHOOK_TOKEN"))
	// #endif
	// #if signed
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(required("WEBHOOK_SECRET"), "whsec_"))
	if err != nil {
		log.Fatal("WEBHOOK_SECRET: ", err)
	}
	// #endif
	if err := os.MkdirAll("inbox", 0o700); err != nil {
		log.Fatal(err)
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
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("x-messagesystems-webhook-token")), token) != 1 {
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
		var elements, events []event
		if err == nil {
			err = json.Unmarshal(text, &elements)
		}
		if err != nil {
			answer(400, "not a batch")
			return
		}
		for _, element := range elements {
			if len(element.Msys) > 0 {
				events = append(events, element)
			}
		}
		if len(events) == 0 { // the test POST of a new webhook
			answer(200, "ping")
			return
		}
		// #if signed
		if !isSigned(r.Header, raw, key) {
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
		go process(batchID, events)
	})))
}
