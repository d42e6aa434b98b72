#!/usr/bin/env bash
# The most memory that `venue check` holds, on input that is large in one way or another.
#
#   tests/benches/memory.sh [SCALE]
#
# Lines by standard input (10 GB), a HAR file (2 GB), one line (1 GB), a zstd file of a few hundred kilobytes that holds
# 10 GB, and 200,000 kinds of finding; SCALE divides the sizes. Needs cargo, zstd, GNU time and 2 GB of disk: for a desk. In the
# gate, cli/tests/cli/memory.rs holds the same to 64 MiB at sizes of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
scale=${1:-1}
cargo build --quiet --release --locked -p venue-cli -p venue-traffic
traffic=$PWD/target/release/traffic venue=$PWD/target/release/venue
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Runs a check and says how much memory it had at most. Its findings are not of interest.
held() {
    local what=$1
    shift
    /usr/bin/time -f '%M %e %x' -o "$out/time" "$@" >"$out/report" 2>"$out/said" || true
    awk -v what="$what" 'END { printf "%-44s %5.1f MiB  %6.1f s  status %s\n", what, $1 / 1024, $2, $3 }' "$out/time"
}

check=("$venue" check -q --api sfox --fail-on never --allow-empty)
for jobs in 1 2 8; do
    "$traffic" sfox $((10000 / scale))M | held "10 GB of lines, --jobs $jobs" "${check[@]}" --jobs "$jobs" -
done
"$traffic" har $((2000 / scale))M >"$out/books.har"
held "2 GB HAR" "${check[@]}" "$out/books.har"
rm "$out/books.har"
"$traffic" line $((1000 / scale))M | held "one line of 1 GB" "${check[@]}" -
grep -o 'record-too-large' "$out/report" | head -1
head -c $((10000000000 / scale)) /dev/zero | tr '\0' '\n' | zstd -q -3 >"$out/bomb.zst"
held "$(stat -c %s "$out/bomb.zst") bytes of zstd that hold 10 GB" "${check[@]}" "$out/bomb.zst"
seq 1 $((200000 / scale)) | sed 's/.*/{"sequence":1,"recipient":"a.&","timestamp":1,"payload":{},"m&":1}/' |
    held "200,000 kinds of finding" "${check[@]}" -
