package main

import (
	"net/http/httptest"
	"testing"
)

func TestGreets(t *testing.T) {
	answer := httptest.NewRecorder()
	handler().ServeHTTP(answer, httptest.NewRequest("GET", "/?name=Go", nil))
	if got := answer.Body.String(); got != "Hello, Go!\n" {
		t.Errorf("got %q", got)
	}
}
