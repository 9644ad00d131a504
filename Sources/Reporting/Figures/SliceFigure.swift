import Imaging
import Screening

/// One slice as it appears on the page: letters, slice number, position, scale bar and colour bar burned in.
package struct SliceFigure: Sendable {
    package var picture: ScanPicture
    /// What is written in the corner: the modality.
    package var label: String
    package var plane: Plane
    /// Point of the crosshair in RAS mm.
    package var pointRASMM: SIMD3<Double>
    package var overlay: Bool
    /// Draws the crosshair through the whole picture instead of ticks at its edges.
    package var crosshair: Bool
    /// Size of the map's native cell in mm along RAS; drawn as a dashed box around the point.
    package var cellSizeMM: SIMD3<Double>?
    /// Length in mm that fills the picture's width; nil takes the longest side of the scan. Pictures of one page share it.
    package var sideMM: Double?
    /// A line burned into the foot, such as NO CLINICAL MEANING.
    package var stamp: String?

    package init(
        picture: ScanPicture, label: String, plane: Plane, pointRASMM: SIMD3<Double>, overlay: Bool,
        crosshair: Bool = false, cellSizeMM: SIMD3<Double>? = nil, sideMM: Double? = nil, stamp: String? = nil
    ) {
        self.picture = picture
        self.label = label
        self.plane = plane
        self.pointRASMM = pointRASMM
        self.overlay = overlay
        self.crosshair = crosshair
        self.cellSizeMM = cellSizeMM
        self.sideMM = sideMM
        self.stamp = stamp
    }

    /// Slice number counted from 1, and how many there are.
    package var sliceNumber: (number: Int, count: Int) {
        let voxel = picture.voxel(atRASMM: pointRASMM)
        return (picture.sliceIndex(voxel[plane.through], axis: plane.through) + 1, picture.scan.shape[plane.through])
    }

    /// The point's coordinate along the axis through the slice, in RAS mm.
    package var positionMM: Double { pointRASMM[plane.through] }

    static let side = 400.0
    static let headHeight = 24
    static let footHeight = 62
    static let stampHeight = 20
    static let sideWidth = 20
    static let marking = Raster.Colour(0x7F, 0xD8, 0xFF)
    static let faint = Raster.Colour(grey: 150)

    /// The finished picture. Pictures with the same `sideMM` share one scale and one width.
    package func draw() -> Raster {
        let scale = Self.side / max(sideMM ?? picture.longestSideMM, 1)
        let voxel = picture.voxel(atRASMM: pointRASMM)
        let frame = picture.frame(of: plane, holding: voxel, pixelsPerMM: scale)
        let slice = picture.slice(plane, index: sliceNumber.number - 1, frame: frame, overlay: overlay)
        let area = (width: max(Int(Self.side), frame.width), height: frame.height)
        let foot = Self.footHeight + (stamp == nil ? 0 : Self.stampHeight)
        var canvas = Raster(width: area.width + 2 * Self.sideWidth, height: area.height + Self.headHeight + foot)

        let left = Self.sideWidth + (area.width - frame.width) / 2
        let top = Self.headHeight + (area.height - frame.height) / 2
        canvas.draw(slice, x: left, y: top)
        let point = picture.pixel(of: voxel, in: frame, plane: plane)
        drawMarks(on: &canvas, x: left + point.x, y: top + point.y, frame: frame, left: left, top: top)
        drawLetters(on: &canvas, areaHeight: area.height)
        drawHead(on: &canvas)
        drawFoot(on: &canvas, top: Self.headHeight + area.height + 20, scale: scale)
        return canvas
    }

    typealias Frame = ScanPicture.Frame

    private func drawMarks(on canvas: inout Raster, x: Int, y: Int, frame: Frame, left: Int, top: Int) {
        let (right, bottom) = (left + frame.width, top + frame.height)
        if crosshair {
            let gap = 14
            for column in left..<right where abs(column - x) > gap { canvas[column, y] = Self.marking }
            for row in top..<bottom where abs(row - y) > gap { canvas[x, row] = Self.marking }
        } else {
            for step in 0..<10 {
                canvas[left + step, y] = Self.marking
                canvas[right - 1 - step, y] = Self.marking
                canvas[x, top + step] = Self.marking
                canvas[x, bottom - 1 - step] = Self.marking
            }
        }
        if let cellSizeMM {
            let width = Int((cellSizeMM[plane.across] * frame.pixelsPerMM).rounded())
            let height = Int((cellSizeMM[plane.up] * frame.pixelsPerMM).rounded())
            canvas.outline(
                x: x - width / 2, y: y - height / 2, width: width, height: height, dash: 4, with: Self.marking)
        }
    }

    private func drawLetters(on canvas: inout Raster, areaHeight: Int) {
        let letters = plane.letters
        let middle = Self.headHeight + areaHeight / 2 - 7
        let centre = canvas.width / 2 - 5
        canvas.draw(letters.left, x: 4, y: middle)
        canvas.draw(letters.right, x: canvas.width - 14, y: middle)
        canvas.draw(letters.top, x: centre, y: 5)
        canvas.draw(letters.bottom, x: centre, y: Self.headHeight + areaHeight + 4)
    }

    private func drawHead(on canvas: inout Raster) {
        let slice = sliceNumber
        canvas.draw("\(plane.rawValue.uppercased()) \(slice.number)/\(slice.count)", x: 4, y: 5)
        let position = "\(plane.axisName) \(Format.signed(positionMM, digits: 1, minus: "-")) mm"
        canvas.draw(position, x: canvas.width - 4 - Raster.textWidth(position, scale: 2), y: 5)
    }

    private func drawFoot(on canvas: inout Raster, top: Int, scale: Double) {
        let length = max(Int((50 * scale).rounded()), 2)
        canvas.fill(x: 4, y: top + 4, width: length, height: 3, with: .white)
        for end in [4, 4 + length - 2] { canvas.fill(x: end, y: top, width: 2, height: 11, with: .white) }
        canvas.draw("50 mm", x: 4, y: top + 20)
        canvas.draw(
            label == Modality.t1w.rawValue ? label : label.uppercased(),
            x: canvas.width / 2 - Raster.textWidth(label, scale: 2) / 2 - 10, y: top + 20)
        if overlay, picture.heat != nil, let highest = picture.rawMaximum {
            let barWidth = 150
            let left = canvas.width - 4 - barWidth
            for column in 0..<barWidth {
                let colour = Inferno.colour(Double(column) / Double(barWidth - 1))
                canvas.fill(x: left + column, y: top, width: 1, height: 10, with: colour)
            }
            canvas.outline(x: left - 1, y: top - 1, width: barWidth + 2, height: 12, with: Raster.Colour(grey: 110))
            canvas.draw("0", x: left, y: top + 20)
            let text = "1 = \(Format.significant(highest))"
            canvas.draw(text, x: canvas.width - 4 - Raster.textWidth(text, scale: 2), y: top + 20)
        }
        if let stamp {
            let x = canvas.width / 2 - Raster.textWidth(stamp, scale: 2) / 2
            canvas.draw(stamp, x: x, y: canvas.height - 18, colour: Raster.Colour(0xFF, 0xD1, 0x66))
        }
    }
}
