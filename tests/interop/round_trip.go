// Holds Go types, made as docs/languages/go.md says, to valid payloads: each is read and comes back digit for digit.
//
// Usage: round_trip CORPUS, beside the types. What is null or empty may come back left out, and the reverse. Payloads
// with undescribed members are passed over, as encoding/json passes these over.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
)

type entry struct {
	Definition, Origin, Payload, Verdict string
}

var named = strings.NewReplacer("/", "-", ".", "-")

func main() {
	corpus, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewReaderSize(corpus, 1<<24)
	count, faults := 0, 0
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		var seen entry
		if err := json.Unmarshal([]byte(line), &seen); err != nil {
			panic(err)
		}
		if seen.Verdict != "valid" || seen.Origin == "mutant" || strings.Contains(seen.Payload, "zzz undescribed") {
			continue
		}
		count++
		back, err := through(named.Replace(seen.Definition), seen.Payload)
		if err != nil || !reflect.DeepEqual(exact(back), exact(seen.Payload)) {
			faults++
			fmt.Fprintf(os.Stderr, "error: %s: %s came back as %s, %v\n", seen.Definition, seen.Payload, back, err)
		}
	}
	fmt.Printf("%d payloads read by Go and given back\n", count)
	if faults > 0 || count == 0 {
		os.Exit(1)
	}
}

// through reads a payload into its type and writes it again: Messages has a member for each definition.
func through(definition, payload string) (string, error) {
	var all Messages
	if err := json.Unmarshal([]byte(fmt.Sprintf("{%q:%s}", definition, payload)), &all); err != nil {
		return "", err
	}
	text, err := json.Marshal(all)
	if err != nil {
		return "", err
	}
	var back map[string]json.RawMessage
	if err = json.Unmarshal(text, &back); back[definition] == nil {
		return "null", err
	}
	return string(back[definition]), err
}

// exact is a JSON value with its numbers as text, and without members that are null or empty.
func exact(text string) (value any) {
	reader := json.NewDecoder(strings.NewReader(text))
	reader.UseNumber()
	if err := reader.Decode(&value); err != nil {
		return err
	}
	return bare(value)
}

func bare(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if value[name] = bare(member); value[name] == nil {
				delete(value, name)
			}
		}
		if len(value) == 0 {
			return nil
		}
	case []any:
		for n, element := range value {
			value[n] = bare(element)
		}
		if len(value) == 0 {
			return nil
		}
	}
	return value
}
