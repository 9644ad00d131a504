/// Hints in what people typed about a series, in English, German, French, Spanish, Italian, Dutch and Portuguese.
///
/// A hint may refuse a series or leave a note. It never makes one T1w or FLAIR.
package struct FreeText: Sendable {
    /// Lower-case words without accents; `+` is a word of its own.
    let words: [String]

    package init(_ text: String?) {
        var words: [String] = []
        var word = ""
        func end() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        var wasLower = false
        for character in text ?? "" {
            if character == "+" {
                end()
                words.append("+")
            } else if !character.isLetter && !character.isNumber {
                end()
            } else {
                // mprageKM: a capital after a small letter begins a word.
                if wasLower, character.isUppercase { end() }
                let lower = character.lowercased()
                word += Self.folded[lower] ?? lower
            }
            wasLower = character.isLowercase
        }
        end()
        self.words = words
    }

    /// The words about the series itself: its description, or the protocol's name where there is none. The protocol is
    /// not asked otherwise: GE names the whole examination there, agent included.
    init(ofSeries header: FileHeader) {
        self.init(header.privateText.seriesDescription ?? header.privateText.protocolName)
    }

    private static let folded: [String: String] = [
        "à": "a", "á": "a", "â": "a", "ã": "a", "ä": "a", "å": "a", "ç": "c", "è": "e", "é": "e", "ê": "e", "ë": "e",
        "ì": "i", "í": "i", "î": "i", "ï": "i", "ñ": "n", "ò": "o", "ó": "o", "ô": "o", "õ": "o", "ö": "o", "ù": "u",
        "ú": "u", "û": "u", "ü": "u", "ß": "ss",
    ]

    private func contains(_ phrase: String...) -> Bool {
        guard words.count >= phrase.count else { return false }
        return words.indices.dropLast(phrase.count - 1).contains { Array(words[$0..<($0 + phrase.count)]) == phrase }
    }
}

// MARK: Contrast agent

extension FreeText {
    private static let agents: Set<String> = [
        "gd", "gad", "gado", "gadolinium", "gadolinio", "gadovist", "gadavist", "gadobutrol", "dotarem", "clariscan",
        "prohance", "magnevist", "multihance", "omniscan", "dtpa", "gddtpa", "km", "kmgabe", "kontrast",
        "kontrastmittel",
        "mdc", "civ", "pdc", "contrast", "contraste", "contrasto", "contrastmiddel", "ce", "inj", "injecte", "injectee",
        "injection", "postcontrast", "postcontraste", "poscontraste", "postgd", "postgad", "postgado", "postkm",
        "postmdc",
    ]
    /// Words that take an agent back where they stand one or two words before it.
    private static let negations: Set<String> = [
        "without", "wo", "o", "no", "non", "not", "ohne", "kein", "sans", "sin", "senza", "zonder", "geen", "sem",
        "pre",
        "prae", "vor", "before", "avant", "prima", "antes", "voor", "nativ", "native", "natif", "nativo", "precontrast",
    ]
    /// What may follow "post" without an agent.
    private static let otherPosts: Set<String> = [
        "op", "operative", "operativ", "operation", "operatoire", "operatorio", "operatorisch", "operatoria", "surgery",
        "surgical", "resection", "proc", "processing", "processed", "process", "ictal", "natal", "partum", "treatment",
        "therapy", "rt", "radiation", "chemo", "traumatic", "trauma",
    ]

    /// Whether the words say that an agent was given.
    package var hintsAtContrastAgent: Bool {
        words.indices.contains { at in
            switch words[at] {
            case "post": !(at + 1 < words.count && isOtherPost(words[at + 1]))
            case "c", "ce": nextToPlus(at) || (words[at] == "ce" && !isNegated(at))
            case let word where Self.agents.contains(word): !isNegated(at)
            default: false
            }
        }
    }

    private func isOtherPost(_ word: String) -> Bool {
        Self.otherPosts.contains(word) || word.hasPrefix("operat") || word.hasPrefix("chirurg")
    }

    private func nextToPlus(_ at: Int) -> Bool {
        (at > 0 && words[at - 1] == "+") || (at + 1 < words.count && words[at + 1] == "+")
    }

    private func isNegated(_ at: Int) -> Bool {
        let before = words[max(0, at - 2)..<at]
        guard let last = before.lastIndex(where: Self.negations.contains) else { return false }
        // "with and without contrast", "w/wo", "pre + post gd": there was some.
        let earlier = words[max(0, last - 2)..<last]
        let isWithoutOver = words[last] == "o" && earlier.last == "w"
        let saysBoth = earlier.contains { ["w", "with", "mit", "avec", "con", "met", "com"].contains($0) }
        return isWithoutOver ? !(earlier.count == 2 && earlier.first == "w") : !saysBoth
    }
}

// MARK: Operations

extension FreeText {
    private static let operations = [
        "postop", "pooperat", "resect", "resek", "resecc", "resez", "ressec", "lobectom", "lobektom", "lobotom",
        "hemispherectom", "hemispherotom", "hemisferectom", "hemisferotom", "lesionectom", "lesionektom", "craniotom",
        "kraniotom", "craneotom", "trepan", "callosotom", "kallosotom", "exerese", "exeresis", "asportazion", "intraop",
    ]

    /// Whether the words speak of an operation that was done.
    package var hintsAtOperation: Bool {
        words.indices.contains { at in
            let before = at > 0 ? words[at - 1] : ""
            let isPlanned = ["pre", "prae", "vor", "before", "avant", "antes", "prima", "voor"].contains(before)
            if !isPlanned, Self.operations.contains(where: words[at].hasPrefix) { return true }
            guard ["post", "nach", "after", "apres", "na", "dopo", "despues", "apos", "pos"].contains(before) else {
                return false
            }
            return words[at] == "op" || words[at] == "surgery" || words[at].hasPrefix("operat")
                || words[at].hasPrefix("chirurg") || words[at].hasPrefix("cirurg") || words[at].hasPrefix("cirug")
                || words[at].hasPrefix("operac")
        }
    }
}

// MARK: Images that are no plain T1w or FLAIR

extension FreeText {
    /// Whether the words name MP2RAGE, whose parts some headers (syngo XA) do not tell from MPRAGE.
    var hintsAtMP2RAGE: Bool {
        !Set(words).isDisjoint(with: ["mp2rage", "inv1", "inv2", "unit1", "uniden"])
            || contains("mp2", "rage") || contains("inv", "1") || contains("inv", "2") || contains("uni", "den")
            || contains("uni", "images")
    }

    /// Whether the words name an image that only serves to plan others.
    var hintsAtLocalizer: Bool {
        let names: Set = [
            "scout", "survey", "surview", "loc", "localizer", "localiser", "localizers", "lokalizer", "localisateur",
            "reperage", "localizador", "localizzatore", "smartbrain",
        ]
        return !names.isDisjoint(with: words)
    }

    /// Whether the words name double inversion recovery, which scanners may write with one inversion time.
    var hintsAtDoubleInversion: Bool {
        words.contains("dir") || words.contains("dblir") || contains("double", "inversion") || contains("double", "ir")
            || contains("dbl", "ir") || contains("dbl", "inv") || contains("db", "ir")
    }
}

extension FreeText {
    /// Whether anything that is said of a series or its study speaks of an operation.
    package static func postOperative(_ header: FileHeader) -> Bool {
        let text = header.privateText
        return [text.seriesDescription, text.protocolName, text.studyDescription].contains {
            FreeText($0).hintsAtOperation
        }
    }
}
