/// Whether two scans of one study show one head in one place.
///
/// The scans are scored one by one, so a few millimetres between them do no harm and are no reason to refuse. What
/// differs by more is another patient, another examination or a header that lies, and nothing here can tell which of
/// the two scans is at fault: then neither is scored.
package struct HeadAgreement: Sendable, Hashable {
    package var quality: [QualityNumber]
    /// Set where the scans must not be scored together.
    package var reason: Reason?

    /// - Parameters:
    ///   - isComparable: false where the scans have different frames of reference (the patient was laid anew), so that
    ///     places cannot be compared; sizes still can.
    ///   - threads: count what the brains share; the result does not depend on their number.
    package init(
        _ first: HeadOutline, _ second: HeadOutline, isComparable: Bool = true, limits: QualityLimits = .standard,
        threads: Int = 1
    ) {
        let sameKind = first.kind == second.kind
        let (here, there, both) = first.common(with: second)
        let apart = first.middleRAS - second.middleRAS
        var numbers: [QualityNumber] = []
        if sameKind {
            let dice = here + there > 0 ? 2 * Double(both) / Double(here + there) : 0
            numbers.append(limits.number(.overlap, "overlap of the T1w's and the FLAIR's head (Dice)", dice))
            numbers.append(
                limits.number(
                    .distanceMM, "distance between the T1w's and the FLAIR's head", (apart * apart).sum().squareRoot(),
                    "mm"))
        } else {
            let smaller = min(here, there)
            let share = smaller > 0 ? Double(both) / Double(smaller) : 0
            numbers.append(limits.number(.containment, "share of the stripped brain inside the other's head", share))
        }
        if !isComparable {
            numbers = numbers.map {
                QualityNumber(name: $0.name, value: $0.value, unit: $0.unit, judgement: .information)
            }
        }
        if sameKind {
            let ratios = (first.sizeMM / second.sizeMM)
            let most = max(ratios.max(), 1 / ratios.min())
            numbers.append(limits.number(.sizeRatio, "larger to smaller head, width or length", most))
        }
        if let likeness = HeadLikeness(first, second, threads: threads) {
            let number = limits.number(
                .likeness, "what the T1w's and the FLAIR's brain share (mutual information)", likeness.peak)
            numbers.append(
                isComparable
                    ? number
                    : QualityNumber(name: number.name, value: number.value, unit: "", judgement: .information))
        }
        quality = numbers
        reason = numbers.contains { $0.judgement == .fail } ? QualityCode.scansDisagree.reason : nil
    }
}
