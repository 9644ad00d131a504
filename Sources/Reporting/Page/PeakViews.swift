import Foundation
import Imaging
import Screening

/// The pictures of a study page: three planes through each modality's peak, the light-box and the table of peaks.
struct PeakViews {
    private let page: StudyPage
    private let pictures: [(modality: PageModality, picture: ScanPicture)]
    /// Threads that draw.
    private let threads: Int

    init(page: StudyPage, threads: Int) throws(ReportingError) {
        self.page = page
        self.threads = threads
        pictures = try Parallel.tryMap(page.modalities.count, threads: threads) { place throws(ReportingError) in
            let modality = page.modalities[place]
            return (modality, try ScanPicture(scan: modality.scan, heat: modality.heat))
        }
    }

    private var stamp: String? { page.result.noClinicalMeaning ? "NO CLINICAL MEANING" : nil }

    /// Below threshold the maps are folded away, because every map has a brightest place.
    func section() throws -> [HTML] {
        guard !pictures.isEmpty else { return [] }
        let isFolded = page.result.verdict == .belowThreshold && !page.result.noClinicalMeaning
        let hasHeat = pictures.contains { $0.picture.heat != nil }
        let content = try parts()
        return [
            el("section", ["aria-labelledby": "views"]) {
                el("h2", ["id": "views"]) { hasHeat ? "Where the models looked" : "The images that were sent" }
                if hasHeat {
                    el("p") {
                        el("strong") { "Each map is stretched so that its highest value is 1. " }
                        "A stretched map always peaks at 1, even in a healthy brain: the peak says where, never how much."
                    }
                }
                if isFolded && hasHeat {
                    el("details") {
                        el("summary") { "Show the maps of this study below threshold" }
                        content
                    }
                } else {
                    content
                }
            }
        ]
    }

    @HTMLBuilder private func parts() throws -> [HTML] {
        if pictures.contains(where: { $0.picture.heat != nil }) { legend }
        if let distance = page.result.peakDistanceMM {
            el("p") { "The T1w peak and the FLAIR peak are \(Format.mm(distance)) apart." }
        }
        try drawn().flatMap(\.self)
        peakTable
    }

    /// The planes of every modality, then every light-box: what takes long.
    private func drawn() throws -> [[HTML]] {
        let count = pictures.count
        return try Parallel.tryMap(2 * count, threads: threads) { part throws(any Error) in
            part < count ? try planes(part) : try lightBox(part - count)
        }
    }

    private var legend: HTML {
        el("p", ["class": "soft small"]) {
            "Radiological convention: the patient's right is on the left of axial and coronal pictures; sagittal pictures look "
            "to the left. Ticks and lines mark the point; the dashed box is one native cell of the map, its real resolution. "
            "Grey is windowed from the half to the 99.5th percentile; heat hides more the higher it is, nothing below 0.1. "
            "Each modality is shown at its own peak, with the other contrast at the same scanner position beside it, as "
            "positioned by the scanner and not registered."
        }
    }

    // MARK: Three planes

    @HTMLBuilder private func planes(_ place: Int) throws -> [HTML] {
        let (modality, picture) = pictures[place]
        let name = modality.modality.rawValue
        let peak = modality.result.heatmap?.peaks.first
        let hasHeat = picture.heat != nil
        let isAtPeak = hasHeat && peak != nil
        let point = peak.map(\.positionRASMM) ?? picture.centreRASMM
        let other = pictures.indices.first {
            $0 != place && isAtPeak && pictures[$0].picture.contains(voxel: pictures[$0].picture.voxel(atRASMM: point))
        }
        el("h3") { isAtPeak ? "\(name): at the peak of its map" : "\(name): through the middle of the volume" }
        el("p", ["class": "small"]) { whereabouts(modality, picture, point) }
        let columns = hasHeat ? (other == nil ? 2 : 3) : 3
        try el("div", ["class": columns == 2 ? "views two" : "views"]) {
            if hasHeat {
                for plane in Plane.allCases {
                    try figure(figureOf(place, plane, point, overlay: false))
                    try figure(figureOf(place, plane, point, overlay: true))
                    if let other { try figure(figureOf(other, plane, point, overlay: false)) }
                }
            } else {
                for plane in Plane.allCases { try figure(figureOf(place, plane, point, overlay: false)) }
            }
        }
    }

    private func figureOf(_ place: Int, _ plane: Plane, _ point: SIMD3<Double>, overlay: Bool) -> SliceFigure {
        let (modality, picture) = pictures[place]
        return SliceFigure(
            picture: picture, label: modality.modality.rawValue, plane: plane, pointRASMM: point, overlay: overlay,
            crosshair: overlay, cellSizeMM: overlay ? modality.result.heatmap?.cellSizeMM : nil,
            sideMM: pictures.map(\.picture.longestSideMM).max(), stamp: overlay ? stamp : nil)
    }

    private func figure(_ figure: SliceFigure) throws -> HTML {
        let slice = figure.sliceNumber
        let position = "\(figure.plane.axisName.lowercased())\u{A0}\(Format.coordinate(figure.positionMM))"
        let what = figure.overlay ? "\(figure.label) with map" : figure.label
        let caption =
            "\(what), \(figure.plane.rawValue), slice \(slice.number) of \(slice.count) from \(figure.plane.countedFrom), \(position)"
        var alt = caption + ", point at RAS \(Format.point(figure.pointRASMM))"
        if figure.overlay, let highest = figure.picture.rawMaximum {
            alt += ", map normalised to 0…1, 1 being \(Format.significant(highest)) unnormalised"
        }
        if let stamp = figure.stamp { alt += ", \(stamp)" }
        let image = try Self.image(figure.draw(), alt: alt)
        return el("figure") {
            image
            el("figcaption") { caption }
        }
    }

    static func image(_ raster: Raster, alt: String) throws(ReportingError) -> HTML {
        let uri = "data:image/png;base64," + Data(try PNG.encode(raster)).base64EncodedString()
        return el(
            "img", ["src": uri, "alt": alt, "width": String(raster.width), "height": String(raster.height)])
    }

    private func whereabouts(_ modality: PageModality, _ picture: ScanPicture, _ point: SIMD3<Double>) -> String {
        var sentences: [String] = []
        let summary = modality.result.heatmap
        if picture.heat == nil, summary != nil {
            sentences.append("The map has no positive value, so nothing is laid over and there is no peak.")
        }
        let voxel = summary?.peaks.first.map(\.voxel)
        sentences.append(
            "Point at scanner RAS \(Format.point(point))"
                + (voxel.map { ", voxel \(Format.voxel($0)) of the scan." } ?? "."))
        if let summary, picture.heat != nil {
            sentences.append(
                "One native cell of the map (\(summary.layer)) measures \(Format.size(summary.cellSizeMM)): the peak is "
                    + "known no better than that.")
            if let spread = summary.memberPeakSpreadMM {
                sentences.append("The members' own peaks are up to \(Format.mm(spread)) apart.")
            }
        }
        if picture.tiltDegrees > 1 {
            sentences.append(
                "The slices follow the scan's own axes, tilted by \(Format.fixed(picture.tiltDegrees, 1))° to the scanner's; "
                    + "letters name the nearest direction.")
        }
        return sentences.joined(separator: " ")
    }

    // MARK: Light-box and table

    @HTMLBuilder private func lightBox(_ place: Int) throws -> [HTML] {
        let (modality, picture) = pictures[place]
        if picture.heat != nil {
            let box = LightBox(picture: picture, stamp: stamp)
            let slices = box.slices
            let first = Format.signed(box.positionMM(slice: slices.first ?? 0), digits: 0)
            let last = Format.signed(box.positionMM(slice: slices.last ?? 0), digits: 0)
            let name = modality.modality.rawValue
            let text =
                "\(name) with map: \(slices.count) axial slices evenly from z \(first) to \(last) mm, right of the patient on the left"
            el("h3") { "\(name): whole head" }
            try el("figure", ["class": "lightbox"]) {
                try Self.image(box.draw(), alt: text)
                el("figcaption") { "\(text). Above each slice: its number from the bottom, and z in mm." }
            }
        }
    }

    @HTMLBuilder private var peakTable: [HTML] {
        let rows = pictures.filter { $0.picture.heat != nil }.flatMap { entry in
            (entry.modality.result.heatmap?.peaks ?? []).enumerated().map {
                (entry.modality.modality.rawValue, $0.offset + 1, $0.element)
            }
        }
        if !rows.isEmpty {
            el("h3") { "Strongest peaks" }
            el("div", ["class": "scroll"]) {
                el("table") {
                    el("caption") { "Local maxima of each map, strongest first" }
                    el("thead") {
                        el("tr") {
                            for name in ["Modality", "Rank"] { el("th", ["scope": "col"]) { name } }
                            for name in ["Scanner RAS", "Voxel of the scan", "Of the maximum", "Unnormalised"] {
                                el("th", ["scope": "col", "class": "number"]) { name }
                            }
                        }
                    }
                    el("tbody") {
                        for (name, rank, peak) in rows {
                            el("tr") {
                                el("th", ["scope": "row"]) { name }
                                el("td") { String(rank) }
                                el("td", ["class": "number"]) { Format.point(peak.positionRASMM) }
                                el("td", ["class": "number"]) { Format.voxel(peak.voxel) }
                                el("td", ["class": "number"]) { Format.score(peak.normalised) }
                                el("td", ["class": "number"]) { Format.significant(peak.value) }
                            }
                        }
                    }
                }
            }
        }
    }
}
