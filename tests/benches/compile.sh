#!/usr/bin/env bash
# What compiling generated types costs, per type, beside what typify emits from the same spec.
#
#   tests/benches/compile.sh [ROUNDS]
#
# For each API: its JSON Schema bundle (draft-07) goes through typify, its spec through our
# generator; each result is a crate of its own in target/compile, its dependencies prebuilt. Then
# `cargo check` of that crate alone, in turn, in CPU seconds (user and system, so that a busy
# machine matters less), without incremental compilation. Ours has the requests and responses of
# operations beside the types that the spec names: the last column divides by the named ones alone,
# for both. Needs jq and a registry, to install typify: for a desk, not for CI. The bundle of `sfox` is left
# out: typify took minutes over it, and all memory.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
apis=(sfox-legacy sfox-connect finery)
out=$PWD/target/compile
export CARGO_INCREMENTAL=0

mkdir -p "$out"
[ -x "$out/bin/cargo-typify" ] || cargo install --quiet --locked --root "$out" cargo-typify@0.7.0
cargo build --quiet --locked --package venue-cli
venue=$PWD/target/debug/venue

# What typify 0.7 does not take is left out, which makes its output smaller: conditions, rules
# across fields, open tails of tuples, what is behind their twelfth element, and of names that Rust writes alike all but one.
fit='def letters: ascii_downcase | gsub("[^a-z0-9]"; "");
.definitions |= with_entries(select(.key | test("^[A-Z]"))) |
walk(if type != "object" then . else
    del(.if, .then, .else, .not, .dependencies)
    | if (.title | type) == "string" then del(.title) else . end
    | if (.properties | type) == "object"
      then .properties |= (to_entries | unique_by(.key | letters) | from_entries)
        | .properties as $left | if .required then .required |= map(select($left[.])) else . end
      else . end
    | if (.properties | type) == "object" then del(.allOf, .anyOf, .oneOf) else . end
    | if (.items | type) == "array"
      then .items |= .[:12] | .minItems = (.items | length) | .maxItems = .minItems | del(.additionalItems) else . end
    | if (.enum | type) != "array" or any(.enum[]; type != "string") then .
      elif any(.enum[]; test("[A-Za-z0-9]") | not) then del(.enum) | .type = "string"
      else .enum |= unique_by(letters) end
end)'

crate() { # NAME DEPENDENCIES
    mkdir -p "$out/$1/src"
    cp Cargo.lock "$out/$1/Cargo.lock"
    cat > "$out/$1/Cargo.toml" <<END
[package]
name = "$1"
version = "0.0.0"
edition = "2024"
[workspace]
[lints.rust]
warnings = "allow"
[dependencies]
$2
END
}

check() { # NAME
    cargo check --quiet --manifest-path "$out/$1/Cargo.toml" --target-dir "$out/target"
}

seconds() { # NAME: the CPU seconds of checking that crate alone
    check "$1"
    touch "$out/$1/src/lib.rs"
    local TIMEFORMAT='%U %S'
    { time check "$1" 2>&3; } 3>&2 2>&1 | awk '{ print $1 + $2 }'
}

for api in "${apis[@]}"; do
    "$venue" export json-schema --api "$api" --draft 7 > "$out/$api.json"
    jq "$fit" "$out/$api.json" > "$out/$api.fit.json"
    crate "typify-$api" 'serde = { version = "1", features = ["derive"] }
serde_json = "1"
regress = "0.10"
chrono = { version = "0.4", default-features = false, features = ["serde", "alloc"] }
uuid = { version = "1", features = ["serde"] }'
    lib=$out/typify-$api/src/lib.rs
    [ -s "$lib" ] && [ "$lib" -nt "$venue" ] ||
        "$out/bin/cargo-typify" typify "$out/$api.fit.json" --output "$lib"
    crate "venue-$api" "venue-wire = { path = \"$PWD/wire\" }"
    rm -f "$out/venue-$api/src"/*.rs
    "$venue" generate --api "$api" --out "$out/venue-$api/src" > /dev/null
    mv "$out/venue-$api/src/${api//-/_}.rs" "$out/venue-$api/src/lib.rs"
done

count() { # WHAT CODE: lines, or structs and enums, of generated code
    case $1-$2 in
    lines-*) cat "$out/$2-$api"/src/*.rs | wc -l ;;
    # Those further in are builders.
    types-typify) grep -cE '^pub (struct|enum) ' "$out/$2-$api/src/lib.rs" ;;
    types-venue) grep -cE '^ *pub (struct|enum) ' "$out/$2-$api/src/lib.rs" ;;
    esac
}

printf '%-12s %-6s %6s %6s %6s %9s %10s\n' api code types lines 'CPU s' 'ms a type' 'ms a named'
for _ in $(seq "$rounds"); do
    for api in "${apis[@]}"; do
        named=$(jq '.definitions | length' "$out/$api.fit.json")
        for code in typify venue; do
            awk -v api="$api" -v code="$code" -v named="$named" -v types="$(count types $code)" \
                -v lines="$(count lines $code)" -v s="$(seconds "$code-$api")" 'BEGIN {
                printf "%-12s %-6s %6d %6d %6.2f %9.1f %10.1f\n",
                    api, code, types, lines, s, s * 1000 / types, s * 1000 / named }'
        done
    done
done
