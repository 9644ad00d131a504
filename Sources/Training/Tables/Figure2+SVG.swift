import Foundation
import Imaging
import Reporting

extension Figure2 {
    /// The figure: a column for each kind, axial slices with the heat laid over and the lesion's outline in black, captions
    /// below. The upper slice goes through the middle of the lesion, the lower one, where it is another, through the map's
    /// peak.
    ///
    /// - Parameters:
    ///   - label: "Figure 2"
    ///   - data: named in the caption: "the simulated cohort, FLAIR, resnet18".
    /// - Throws: `ReportingError` where a map is not on its scan's grid.
    package static func svg(_ cases: [Kind: Case], label: String = "Figure 2", data: String = "") throws -> String {
        let panels = try Kind.allCases.map { kind in try cases[kind].map { try CasePanels($0) } }
        let layout = Figure2Layout(panels: panels, label: label, data: data)
        return SVG.document(width: layout.width, height: layout.height, title: layout.caption) { layout.drawing }
    }
}

/// The drawn slices of one case.
private struct CasePanels {
    static let pixelsPerMM = 2.2

    struct Panel {
        var png: String
        var contour: String
        /// The map's peak in pixels, where this slice shows it.
        var peak: (x: Double, y: Double)?
        var width: Int
        var height: Int
        /// RAS z of the slice, mm.
        var positionMM: Double
    }

    var candidate: Figure2.Candidate
    var lesion: Panel
    var peak: Panel?

    init(_ entry: Figure2.Case) throws {
        candidate = entry.candidate
        let picture = try ScanPicture(scan: entry.scan, heat: entry.heat)
        let mask = entry.mask.canonicalRAS()
        let heat = entry.heat.canonicalRAS()
        let middle = Self.middle(of: mask)
        let top = Self.highest(heat)
        let (lesionSlice, peakSlice) = (picture.sliceIndex(middle.z, axis: 2), picture.sliceIndex(top.z, axis: 2))
        lesion = try Self.panel(picture, mask, middle, peak: lesionSlice == peakSlice ? top : nil)
        peak = lesionSlice == peakSlice ? nil : try Self.panel(picture, mask, top, peak: top)
    }

    private static func panel(
        _ picture: ScanPicture, _ mask: Volume, _ point: SIMD3<Double>, peak: SIMD3<Double>?
    ) throws -> Panel {
        let plane = Plane.axial
        let frame = picture.frame(of: plane, holding: point, pixelsPerMM: pixelsPerMM)
        let index = picture.sliceIndex(point[plane.through], axis: plane.through)
        let raster = picture.slice(plane, index: index, frame: frame, overlay: true)
        let contour = MaskContour(picture: picture, plane: plane, index: index, frame: frame)
        return Panel(
            png: Data(try PNG.encode(raster)).base64EncodedString(), contour: contour.path(of: mask),
            peak: peak.map { picture.place(of: $0, in: frame, plane: plane) }, width: frame.width, height: frame.height,
            positionMM: picture.scan.grid.affineRAS([point.x, point.y, Double(index)]).z)
    }

    /// Centre of mass; the middle of the grid for an empty mask.
    private static func middle(of mask: Volume) -> SIMD3<Double> {
        var sum = SIMD3<Double>.zero
        var count = 0.0
        forEachVoxel(mask) { at, value in
            guard value > 0.5 else { return }
            sum += SIMD3<Double>(at)
            count += 1
        }
        return count > 0 ? sum / count : SIMD3<Double>(mask.shape &- 1) / 2
    }

    private static func highest(_ heat: Volume) -> SIMD3<Double> {
        var best = (value: -Float.infinity, at: SIMD3<Int>.zero)
        forEachVoxel(heat) { at, value in if value > best.value { best = (value, at) } }
        return SIMD3<Double>(best.at)
    }

    private static func forEachVoxel(_ volume: Volume, _ body: (SIMD3<Int>, Float) -> Void) {
        let n = volume.shape
        var place = 0
        for i in 0..<n.x {
            for j in 0..<n.y {
                for k in 0..<n.z {
                    body([i, j, k], volume.voxels[place])
                    place += 1
                }
            }
        }
    }
}

/// Where everything of the figure stands, in points.
private struct Figure2Layout {
    static let column = 236.0
    static let gap = 18.0
    static let margin = 22.0

    var panels: [CasePanels?]
    var label: String
    var data: String

    private let letters = ["a", "b", "c", "d"]

    /// Millimetres and pixels differ between scans; all panels share one scale.
    private var scale: Double {
        Self.column / Double(shown.map(\.width).max() ?? Int(Self.column))
    }
    private var shown: [CasePanels.Panel] {
        panels.compactMap { $0 }.flatMap { [$0.lesion] + ($0.peak.map { [$0] } ?? []) }
    }
    private var panelHeight: Double { Double(shown.map(\.height).max() ?? 236) * scale }
    private var hasPeaks: Bool { panels.contains { $0?.peak != nil } }
    private var titleHeight: Double { 26 }
    private var rowTop: [Double] {
        let first = Self.margin + titleHeight
        return hasPeaks ? [first, textTop + textHeight + 14] : [first]
    }
    private var textTop: Double { Self.margin + titleHeight + panelHeight + 8 }
    private var textHeight: Double { 78 }
    private var barTop: Double { hasPeaks ? rowTop[1] + panelHeight + 16 : textTop + textHeight + 12 }
    private var captionTop: Double { barTop + 30 }
    private var captionLines: [String] { SVG.wrapped(caption, width: width - 2 * Self.margin, size: 14) }

    var width: Double { 4 * Self.column + 3 * Self.gap + 2 * Self.margin }
    var height: Double { captionTop + Double(captionLines.count) * 19 + Self.margin }

    var caption: String {
        "\(label): Patients rightly classified as FCD\(data.isEmpty ? "" : " (\(data))"): accurate (a), incorrect (b), "
            + "near-correct (c) and vague (d) localisation. Axial slices through the middle of the lesion"
            + (hasPeaks ? " (upper row) and, where that is another slice, through the map's peak (lower row)" : "")
            + "; the lesion's outline in black, the peak marked by a cross; the patient's right on the left. Chosen by rule: "
            + zip(letters, Figure2.Kind.allCases).map { "(\($0)) \($1.rule)" }.joined(separator: "; ") + "."
    }

    var drawing: [HTML] {
        var pieces: [HTML] = []
        for (place, kind) in Figure2.Kind.allCases.enumerated() {
            let left = Self.margin + Double(place) * (Self.column + Self.gap)
            pieces.append(
                SVG.text(x: left, y: Self.margin + 14, size: 16) {
                    el("tspan", ["font-weight": "bold"]) { "(\(letters[place]))" }
                    " \(kind.words)"
                })
            if let panel = panels[place] {
                pieces += drawing(of: panel.lesion, left: left, top: rowTop[0], name: "\(kind.rawValue)-lesion")
                if let peak = panel.peak {
                    pieces += drawing(of: peak, left: left, top: rowTop[1], name: "\(kind.rawValue)-peak")
                }
                pieces += facts(of: panel.candidate, left: left)
            } else {
                pieces += absence(left: left)
            }
        }
        if !shown.isEmpty { pieces += colourBar }
        for (line, text) in captionLines.enumerated() {
            pieces.append(SVG.text(x: Self.margin, y: captionTop + 12 + Double(line) * 19, size: 14) { text })
        }
        return pieces
    }

    private func drawing(of panel: CasePanels.Panel, left: Double, top: Double, name: String) -> [HTML] {
        let (w, h) = (Double(panel.width) * scale, Double(panel.height) * scale)
        let (x, y) = (left + (Self.column - w) / 2, top + (panelHeight - h) / 2)
        var pieces = [
            el(
                "rect",
                [
                    "x": SVG.number(left), "y": SVG.number(top), "width": SVG.number(Self.column),
                    "height": SVG.number(panelHeight), "fill": "#000000",
                ]),
            el(
                "image",
                [
                    "x": SVG.number(x), "y": SVG.number(y), "width": SVG.number(w), "height": SVG.number(h),
                    "preserveAspectRatio": "none", "href": "data:image/png;base64,\(panel.png)",
                ]),
        ]
        let transform = "translate(\(SVG.number(x)) \(SVG.number(y))) scale(\(String(format: "%.5f", scale)))"
        if !panel.contour.isEmpty {
            // A white casing keeps the black outline visible on black.
            for (colour, thickness) in [("#ffffff", 4.4), ("#000000", 2.4)] {
                pieces.append(
                    el(
                        "path",
                        [
                            "d": panel.contour, "transform": transform, "fill": "none", "stroke": colour,
                            "stroke-width": SVG.number(thickness), "stroke-linecap": "round",
                        ]))
            }
        }
        if let peak = panel.peak {
            let (px, py) = (x + peak.x * scale, y + peak.y * scale)
            for (colour, thickness) in [("#000000", 3.2), ("#7fd8ff", 1.5)] {
                pieces.append(SVG.line(from: (px - 6, py), to: (px + 6, py), thickness: thickness, colour: colour))
                pieces.append(SVG.line(from: (px, py - 6), to: (px, py + 6), thickness: thickness, colour: colour))
            }
        }
        let z = "z = \(ReproductionTable.fixed(panel.positionMM, 0)) mm"
        pieces.append(
            SVG.text(x: left + Self.column - 6, y: top + panelHeight - 7, size: 12, anchor: "end", colour: "#ffffff") {
                z
            })
        for (place, anchor, letter) in [(left + 6, "start", "R"), (left + Self.column - 6, "end", "L")] {
            pieces.append(
                SVG.text(x: place, y: top + 16, size: 12, anchor: anchor, colour: "#ffffff") { letter })
        }
        return pieces
    }

    private func facts(of candidate: Figure2.Candidate, left: Double) -> [HTML] {
        let distance = candidate.peakDistanceMM
        let lines = [
            candidate.subject,
            "Score \(ReproductionTable.fixed(candidate.score, 2)) (threshold \(ReproductionTable.fixed(candidate.threshold, 2)))",
            "Heat-Score \(ReproductionTable.fixed(candidate.heatScore, 2))",
            distance == 0
                ? "Peak inside the lesion" : "Peak \(ReproductionTable.fixed(distance, 0)) mm from the lesion",
        ]
        return lines.enumerated().map { line, text in
            SVG.text(
                x: left, y: textTop + 14 + Double(line) * 18, size: 14, weight: line == 0 ? "bold" : "normal"
            ) { text }
        }
    }

    private func absence(left: Double) -> [HTML] {
        [
            el(
                "rect",
                [
                    "x": SVG.number(left + 0.5), "y": SVG.number(rowTop[0] + 0.5),
                    "width": SVG.number(Self.column - 1), "height": SVG.number(panelHeight - 1), "fill": "#fafafa",
                    "stroke": "#999999", "stroke-dasharray": "5 4",
                ]),
            SVG.text(
                x: left + Self.column / 2, y: rowTop[0] + panelHeight / 2, size: 14, anchor: "middle",
                colour: "#333333"
            ) { "No case fits this rule" },
        ]
    }

    private var colourBar: [HTML] {
        let (left, top, length) = (Self.margin, barTop, 220.0)
        var pieces = [
            el("defs") {
                el("linearGradient", ["id": "heat"]) {
                    for step in 0...16 {
                        let colour = Inferno.colour(Double(step) / 16)
                        el(
                            "stop",
                            [
                                "offset": "\(Double(step) / 16)",
                                "stop-color": String(format: "#%02x%02x%02x", colour.red, colour.green, colour.blue),
                            ])
                    }
                }
            },
            el(
                "rect",
                [
                    "x": SVG.number(left + 96), "y": SVG.number(top), "width": SVG.number(length), "height": "10",
                    "fill": "url(#heat)",
                ]),
        ]
        let labels = [(left, "start", "Grad-CAM"), (left + 90, "end", "0"), (left + 96 + length + 6, "start", "1")]
        for (x, anchor, text) in labels {
            pieces.append(SVG.text(x: x, y: top + 10, size: 13, anchor: anchor) { text })
        }
        return pieces
    }
}
