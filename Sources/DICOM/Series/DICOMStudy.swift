package import Imaging

/// The objects of one study: its series, and what is odd about whose they are and how they came.
package struct DICOMStudy: Sendable {
    package var studyInstanceUID: String
    /// In the order of series number and UID.
    package var series: [DICOMSeries]
    /// Why no series of the study may be used; its page then carries nobody's identity.
    package var refusal: DICOMError?
    /// What a reader of the study should know.
    package var notes: [Reason] = []
    /// What somebody should look into: content that changed, identifiers that are not unique, patients that mix.
    package var alarms: [Reason] = []

    /// Every file of the study but those that newer ones replaced.
    package var files: [SourceFile] { series.flatMap(\.current) }

    /// - Parameter series: the series of one study, not yet split.
    init(of whole: [DICOMSeries]) {
        let patient = StudyPatient.check(whole.flatMap(\.current).map(\.header.patient))
        studyInstanceUID = whole.first?.studyInstanceUID ?? ""
        refusal = patient.refusal
        notes = patient.notes
        alarms = [patient.refusal?.reason].compactMap { $0 }
        let replaced = whole.reduce(0) { $0 + $1.replaced.count }
        if replaced > 0 {
            let found = "\(replaced) objects were sent again with other content; the newer ones are used."
            let reason = DICOMError(.objectsReplaced, found).reason
            notes.append(reason)
            alarms.append(reason)
        }
        if whole.contains(where: { $0.refusal?.code == .conflictingDuplicate }) {
            alarms.append(DICOMError(.conflictingDuplicate).reason)
        }
        if Self.sharesObjects(whole) { alarms.append(DICOMError(.sameObjectInTwoSeries).reason) }
        series = whole.flatMap { one in
            var one = one
            one.refusal = patient.refusal ?? one.refusal ?? Self.dayRefusal(one.files)
            return one.refusal == nil ? SeriesSplit.parts(of: one) : [one]
        }
        .sorted { Self.order($0) < Self.order($1) }
    }

    private static func order(_ series: DICOMSeries) -> (Int, String, String) {
        (series.seriesNumber ?? .max, series.seriesInstanceUID, series.part ?? "")
    }

    /// Whether one SOP Instance UID stands in two series.
    private static func sharesObjects(_ whole: [DICOMSeries]) -> Bool {
        var seen: Set<String> = []
        for series in whole {
            for uid in Set(series.current.map(\.header.sopInstanceUID)) where !seen.insert(uid).inserted {
                return true
            }
        }
        return false
    }

    private static func dayRefusal(_ files: [SourceFile]) -> DICOMError? {
        AcquisitionMoment.areOverADayApart(files.compactMap(\.header.acquired))
            ? DICOMError(.acquiredOnDifferentDays) : nil
    }

    /// Refuses both chosen series where they were acquired more than 24 hours apart: they may belong to different
    /// examinations. A study may cross midnight.
    package static func refusingDifferentDays(_ choice: SeriesChoice.Outcome) -> SeriesChoice.Outcome {
        guard let t1w = choice.t1w, let flair = choice.flair, let refusal = dayRefusal(t1w.files + flair.files) else {
            return choice
        }
        var result = choice
        result.t1w = nil
        result.flair = nil
        for index in result.reasons.indices where result.reasons[index].chosenFor != nil {
            result.reasons[index].chosenFor = nil
            result.reasons[index].reason = refusal
        }
        return result
    }
}
