/// Splits one series by what must not be mixed in a volume.
///
/// Complex component and echo time always split, unless the slices do not share one orientation: then the series is a
/// localizer and is judged whole. What else may tell images apart (stack, time point, acquisition, kind of image) splits
/// only where several lie at one position.
enum SeriesSplit {
    /// Echo times closer than this, or than 1 %, are one echo: some scanners round them differently for each slice.
    static let sameEchoMS = 0.1
    /// What the names of parts begin with that differ in echo time.
    static let echoMark = "echo time"

    static func parts(of series: DICOMSeries) -> [DICOMSeries] {
        guard SeriesGeometry.shareOrientation(series) else { return [series] }
        var parts = split(series, named: "component") { component(series.frameHeader($0)) }
        parts = parts.flatMap { part in
            let echoes = EchoTimes(part.slices.compactMap { part.frameHeader($0).echoTimeMS })
            return split(part, named: echoMark) { slice in echoes.label(part.frameHeader(slice).echoTimeMS) }
        }
        return parts.flatMap(splitDuplicates)
    }

    /// MAGNITUDE where nothing else is said.
    static func component(_ frame: FrameHeader) -> String {
        if let named = frame.complexComponent { return named }
        let values = Set(frame.imageType.dropFirst(2))
        if !values.isDisjoint(with: ["P", "PHASE", "PHASE MAP"]) { return "PHASE" }
        if !values.isDisjoint(with: ["R", "REAL"]) { return "REAL" }
        if !values.isDisjoint(with: ["I", "IMAGINARY"]) { return "IMAGINARY" }
        return "MAGNITUDE"
    }

    /// Tries one distinguishing mark after the other until no position is taken twice; the series itself where none helps.
    private static func splitDuplicates(_ series: DICOMSeries) -> [DICOMSeries] {
        guard SeriesGeometry.hasDuplicatePositions(series) else { return [series] }
        let marks: [(name: String, value: (DICOMSeries.Slice) -> String)] = [
            // Some tools keep the UID of a series when they copy it and change its number only.
            ("series number", { slice in series.files[slice.file].header.seriesNumber.map(String.init) ?? "" }),
            ("stack", { series.frameHeader($0).stackID ?? "" }),
            ("time point", { slice in series.frameHeader(slice).temporalPosition.map(String.init) ?? "" }),
            ("echo", { slice in series.frameHeader(slice).echoNumber.map(String.init) ?? "" }),
            ("acquisition", { series.files[$0.file].header.acquisitionNumber.map(String.init) ?? "" }),
            ("image type", { series.frameHeader($0).imageType.joined(separator: "\\") }),
            ("trigger time", { slice in series.frameHeader(slice).triggerTimeMS.map { "\($0)" } ?? "" }),
        ]
        for mark in marks {
            let parts = split(series, named: mark.name, by: mark.value)
            if parts.count > 1, !parts.contains(where: SeriesGeometry.hasDuplicatePositions) { return parts }
        }
        return [series]
    }

    private static func split(
        _ series: DICOMSeries, named name: String, by value: (DICOMSeries.Slice) -> String
    ) -> [DICOMSeries] {
        let groups = Dictionary(grouping: series.slices, by: value)
        guard groups.count > 1 else { return [series] }
        return groups.sorted { $0.key < $1.key }.map { label, slices in
            var part = series
            part.slices = slices.sorted { ($0.file, $0.frame) < ($1.file, $1.frame) }
            part.part = [series.part, "\(name) \(label)"].compactMap { $0 }.joined(separator: ", ")
            return part
        }
    }
}

/// The distinct echo times of a series.
private struct EchoTimes {
    /// Lowest value of each cluster, rising.
    private var lowest: [Double] = []

    init(_ valuesMS: [Double]) {
        var last = -Double.infinity
        for value in valuesMS.sorted() {
            if value - last > max(SeriesSplit.sameEchoMS, 0.01 * value) { lowest.append(value) }
            last = value
        }
    }

    /// `2.41 ms`; empty where there is no echo time. Padded so that labels sort as the numbers do.
    func label(_ valueMS: Double?) -> String {
        guard let valueMS, let cluster = lowest.last(where: { $0 <= valueMS }) else { return "" }
        let index = lowest.firstIndex(of: cluster) ?? 0
        return "\(index + 1) (\(cluster) ms)"
    }
}
