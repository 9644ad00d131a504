import ConvNet
import Simulation

/// One made-up person of a cohort: what is decided before anything is drawn.
package struct CohortPerson: Sendable, Hashable {
    /// "sub-00001".
    package var id: String
    package var group: Subject.Group
    /// Label of the pair; nil where there are none.
    package var pair: String?
    /// Anatomy, lesion, pose and noise follow from it; both of a pair have the same.
    package var seed: UInt64
    /// Index into the plan's protocols.
    package var protocolIndex: Int
    package var isFromMaps: Bool
    package var isTest: Bool

    /// 1 for a lesion as drawn, 0 for none: the same code and the same random draws.
    package var amplitude: Double { group == .fcd ? 1 : 0 }
}

extension CohortPlan {
    /// Everybody, in the order of labels. A person depends on the seed, the group and the number within it alone.
    package var people: [CohortPerson] {
        if paired {
            return (0..<max(patients, 0)).flatMap { number -> [CohortPerson] in
                let patient = person(.fcd, number, label: 2 * number + 2)
                var control = person(.fcd, number, label: 2 * number + 1)
                control.group = .control
                return [control, patient].map { member in
                    var member = member
                    member.pair = "p" + Self.padded(number + 1)
                    return member
                }
            }
        }
        // Alternating, so that labels say nothing of the group; the rest of the larger group comes last.
        var people: [CohortPerson] = []
        for number in 0..<max(controls, patients, 0) {
            if number < controls { people.append(person(.control, number, label: people.count + 1)) }
            if number < patients { people.append(person(.fcd, number, label: people.count + 1)) }
        }
        return people
    }

    private func person(_ group: Subject.Group, _ number: Int, label: Int) -> CohortPerson {
        CohortPerson(
            id: "sub-" + Self.padded(label), group: group,
            seed: SeedName.seed(seed, ["cohort", group.rawValue, String(number)]),
            protocolIndex: Self.index(Self.spread(number, 0.618_033_988_749_895), shares: shares(group)),
            // Other steps than the protocols', so that one does not go with the other.
            isFromMaps: Self.spread(number, 0.414_213_562_373_095) < maps.share,
            isTest: Self.spread(number, 0.732_050_807_568_877) < testShare)
    }

    /// Shares of the protocols in a group, of any scale.
    private func shares(_ group: Subject.Group) -> [Double] {
        let count = acquisition.protocols.count
        if sites.confounded, count > 1 {
            let others = Double(count - 1)
            return (0..<count).map { $0 == 0 ? 1 : group == .control ? 0 : 1 / others }
        }
        let given = group == .control ? sites.controlShares : sites.patientShares
        return given.count == count ? given : Array(repeating: 1, count: count)
    }

    /// Multiples of an irrational number fill 0…1 evenly, however many there are (Weyl).
    private static func spread(_ number: Int, _ step: Double) -> Double {
        let value = (Double(number) + 0.5) * step
        return value - value.rounded(.down)
    }

    private static func index(_ place: Double, shares: [Double]) -> Int {
        let total = shares.reduce(0, +)
        var sum = 0.0
        for (index, share) in shares.enumerated() {
            sum += share
            if share > 0, place * total < sum { return index }
        }
        return shares.lastIndex { $0 > 0 } ?? 0
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
