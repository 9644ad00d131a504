/// Several series of one contrast: at most one wins, and every other is told why not.
struct Contest {
    let series: [DICOMSeries]
    let assessments: [SeriesChoice.Assessment]
    let contrast: Contrast

    struct Result {
        /// Index of the series to take; nil where several are equally good.
        var winner: Int?
        /// What set the winner apart, as a sentence; nil where it had no rival.
        var decision: String?
        var passedOver: [Int: DICOMError] = [:]
    }

    /// - Parameter candidates: indices of series that could each be taken; at least one.
    func settle(_ candidates: [Int], sameImage: (DICOMSeries, DICOMSeries) -> Bool) -> Result {
        var left = candidates
        var lost: [(rule: TieRule, series: [Int])] = []
        for rule in TieRule.allCases where left.count > 1 {
            let ranks = left.map { rule.rank(series[$0], assessments[$0]) }
            guard let best = ranks.min(), best < ranks.max() ?? best else { continue }
            lost.append((rule, zip(left, ranks).filter { $1 > best }.map(\.0)))
            left = zip(left, ranks).filter { $1 == best }.map(\.0)
        }
        let copies = left.dropFirst().filter { sameImage(series[left[0]], series[$0]) }
        left.removeAll(where: copies.contains)
        return left.count == 1 ? won(left[0], lost, copies) : tied(left + copies, lost)
    }

    private func won(_ winner: Int, _ lost: [(rule: TieRule, series: [Int])], _ copies: [Int]) -> Result {
        var result = Result(winner: winner)
        var sentences: [String] = []
        for (rule, losers) in lost {
            sentences.append("Preferred to \(names(losers)): \(rule.words).")
            for loser in losers {
                result.passedOver[loser] = DICOMError(
                    .betterSeries, "\(capital(names([winner]))) is a better choice: \(rule.words).")
            }
        }
        if !copies.isEmpty { sentences.append("The same image as \(names(copies)).") }
        for copy in copies {
            result.passedOver[copy] = DICOMError(.betterSeries, "It holds the same image as \(names([winner])).")
        }
        result.decision = sentences.isEmpty ? nil : sentences.joined(separator: " ")
        return result
    }

    private func tied(_ equals: [Int], _ lost: [(rule: TieRule, series: [Int])]) -> Result {
        var result = Result()
        let sorted = equals.sorted()
        let areParts = Set(sorted.map { series[$0].seriesInstanceUID }).count == 1
        let who = areParts ? "Several parts (such as echoes) of \(names([sorted[0]]))" : capital(names(sorted))
        for index in sorted {
            result.passedOver[index] = DICOMError(
                .ambiguousSeries, "\(who) are \(contrast.rawValue), equally good, and differ; none was taken.")
        }
        for (_, losers) in lost {
            for loser in losers {
                result.passedOver[loser] = DICOMError(
                    .betterSeries, "\(capital(names(sorted))) would be better than this one.")
            }
        }
        return result
    }

    /// `series 3`, `series 3 and 5`: numbers only, because nothing typed may stand in a message.
    private func names(_ indices: [Int]) -> String {
        var numbers: [String] = []
        for index in indices {
            let name = series[index].seriesNumber.map(String.init) ?? "without a number"
            if !numbers.contains(name) { numbers.append(name) }
        }
        guard let last = numbers.last, numbers.count > 1 else { return "series " + numbers.joined() }
        return "series " + numbers.dropLast().joined(separator: ", ") + " and " + last
    }

    private func capital(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
