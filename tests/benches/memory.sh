#!/usr/bin/env bash
# The most memory that `venue check` holds, on input that is large in one way or another.
#
#   tests/benches/memory.sh [SCALE]
#
# SCALE divides the sizes. Needs cargo, zstd, GNU time and 3 GB of disk, and takes some minutes: for a desk. In the gate,
# cli/tests/cli/memory.rs holds the same to 64 MiB at sizes of its own. VENUE and TRAFFIC name programs that are built.
set -euo pipefail
cd "$(dirname "$0")/../.."
scale=${1:-1}
if [[ -z ${VENUE:-} || -z ${TRAFFIC:-} ]]; then
    cargo build --quiet --release --locked -p venue-cli -p venue-traffic
fi
traffic=${TRAFFIC:-$PWD/target/release/traffic} venue=${VENUE:-$PWD/target/release/venue}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Runs a check and says how much memory it had at most. Its findings are not of interest, but for the rule that is named.
held() {
    local what=$1 rule=$2
    shift 2
    /usr/bin/time -f '%M %e %x' -o "$out/time" "$@" >"$out/report" 2>"$out/said" || true
    tail -1 "$out/time" | awk -v what="$what" '{ printf "%-44s %5.1f MiB  %6.1f s  status %s", what, $1 / 1024, $2, $3 }'
    if [[ -n $rule ]]; then
        grep -q "$rule" "$out/report" && printf '  %s' "$rule" || printf '  NO %s' "$rule"
    fi
    echo
}

# So many bytes of a file, over and over.
again() {
    { while cat "$1"; do :; done; } 2>/dev/null | head -c "$2" || true
}

# A HAR file of one exchange, with that body.
exchange() {
    printf '{"log":{"entries":[{"request":{"method":"GET","url":"https://api.sfox.com/v1/markets/orderbook/btcusd"},'
    printf '"response":{"status":200,"content":{"mimeType":"application/json","text":"'
    cat
    printf '"}}}]}}\n'
}

check=("$venue" check -q --api sfox --fail-on never --allow-empty --format json)
"$traffic" sfox 200M >"$out/some"
for jobs in 1 2 8; do
    again "$out/some" $((10000000000 / scale)) | held "10 GB of lines, --jobs $jobs" "" "${check[@]}" --jobs "$jobs" -
done
again "$out/some" $((2000000000 / scale)) | zstd -q -1 >"$out/some.zst"
held "2 GB of lines as zstd, --jobs 8" "" "${check[@]}" --jobs 8 "$out/some.zst"
again "$out/some" $((2000000000 / scale)) | gzip -1 >"$out/some.gz"
held "2 GB of lines as gzip, --jobs 8" "" "${check[@]}" --jobs 8 "$out/some.gz"
rm "$out"/some*
"$traffic" har $((2000 / scale))M >"$out/books.har"
held "2 GB HAR" "" "${check[@]}" "$out/books.har"
rm "$out/books.har"
"$traffic" line $((1000 / scale))M | held "one line of 1 GB" record-too-large "${check[@]}" -
head -c $((1000000000 / scale)) /dev/zero | tr '\0' '\n' | zstd -q -3 >"$out/bomb.zst"
held "$(stat -c %s "$out/bomb.zst") bytes of zstd that hold 1 GB" "" "${check[@]}" "$out/bomb.zst"
head -c $((1000000000 / scale)) /dev/zero | tr '\0' x | zstd -q -3 >"$out/bomb.zst"
held "a bomb that holds one line of 1 GB" record-too-large "${check[@]}" "$out/bomb.zst"
rm "$out/bomb.zst"
seq 1 $((200000 / scale)) | sed 's/.*/{"sequence":1,"recipient":"a.&","timestamp":1,"payload":{},"m&":1}/' |
    held "200,000 kinds of finding" "" "${check[@]}" -
# Each member is described by nothing.
members() {
    printf '{"sequence":1,"recipient":"ticker.sfox.btcusd","timestamp":1,"payload":{"a":1'
    seq 1 $((1200000 / scale)) | awk '{ printf ",\"m%d\":1", $1 }'
    printf '}}\n'
}
members >"$out/members"
held "$(stat -c %s "$out/members") bytes with 1.2 million members" undocumented-field "${check[@]}" "$out/members"
for _ in 1 2 3 4 5 6 7 8; do cat "$out/members"; done >"$out/eight"
held "eight of them, --jobs 8" undocumented-field "${check[@]}" --jobs 8 "$out/eight"
rm "$out/members" "$out/eight"
# A line of one member, whose name is nearly as long as a line may be: what is told of it is copied.
for _ in 1 2 3 4 5 6 7 8; do
    printf '{"sequence":1,"recipient":"ticker.sfox.btcusd","timestamp":1,"payload":{"'
    head -c $((16000000 / scale)) /dev/zero | tr '\0' k
    printf '":1}}\n'
done >"$out/eight"
held "eight names of 16 MB, --jobs 8" undocumented-field "${check[@]}" --jobs 8 "$out/eight"
rm "$out/eight"
head -c $((15000000 / scale)) /dev/zero | tr '\0' x | sed 's/^/{\\"a\\":\\"/; s/$/\\"}/' | exchange >"$out/body.har"
held "a HAR entry with a body of 15 MB" "" "${check[@]}" "$out/body.har"
head -c $((100000000 / scale)) /dev/zero | tr '\0' x | exchange >"$out/body.har"
# As base64, of which what it stands for is held as well.
{ printf '{"a":"'; head -c $((11000000 / scale)) /dev/zero | tr '\0' x; printf '"}'; } | base64 -w 0 | exchange |
    sed 's/"text"/"encoding":"base64","text"/' >"$out/base64.har"
held "the same as base64" "" "${check[@]}" "$out/base64.har"
held "a HAR entry with a body of 100 MB" record-too-large "${check[@]}" "$out/body.har"
