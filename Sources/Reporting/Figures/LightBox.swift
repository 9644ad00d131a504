import Imaging

/// A sheet of evenly spaced axial slices with the heat laid over.
package struct LightBox: Sendable {
    package var picture: ScanPicture
    package var count: Int
    package var columns: Int
    package var stamp: String?

    package init(picture: ScanPicture, count: Int = 20, columns: Int = 5, stamp: String? = nil) {
        self.picture = picture
        self.count = count
        self.columns = columns
        self.stamp = stamp
    }

    /// Slice indices of the canonical volume, from the lowest up, without repeats.
    package var slices: [Int] {
        let margin = picture.extentMM(2) > 40 ? 5 / picture.spacingMM.z : 0
        let range = (picture.shown[2].lowerBound + margin)...(picture.shown[2].upperBound - margin)
        let height = range.upperBound - range.lowerBound
        var result: [Int] = []
        for place in 0..<count {
            let index = picture.sliceIndex(
                range.lowerBound + height * (Double(place) + 0.5) / Double(count), axis: 2)
            if result.last != index { result.append(index) }
        }
        return result
    }

    /// RAS z in mm of a slice's centre.
    package func positionMM(slice: Int) -> Double {
        let n = picture.scan.shape
        return picture.scan.grid.affineRAS([Double(n.x - 1) / 2, Double(n.y - 1) / 2, Double(slice)]).z
    }

    /// The sheet: `columns` tiles a row, each with its slice number, z, R and L.
    package func draw() -> Raster {
        let tileWidth = 184
        let slices = self.slices
        let widest = max(picture.extentMM(0), picture.extentMM(1) * 0.8, 1)
        let scale = Double(tileWidth - 28) / widest
        let centre = (0..<3).map { (picture.shown[$0].lowerBound + picture.shown[$0].upperBound) / 2 }
        let frame = picture.frame(of: .axial, holding: SIMD3(centre[0], centre[1], centre[2]), pixelsPerMM: scale)
        let tileHeight = frame.height + 22
        let rows = (slices.count + columns - 1) / columns
        let foot = stamp == nil ? 0 : 24
        var sheet = Raster(width: columns * tileWidth, height: rows * tileHeight + foot)
        for (place, index) in slices.enumerated() {
            let x = place % columns * tileWidth
            let y = place / columns * tileHeight
            let slice = picture.slice(.axial, index: index, frame: frame, overlay: true)
            sheet.draw(slice, x: x + (tileWidth - frame.width) / 2, y: y + 20)
            sheet.draw("\(index + 1)", x: x + 4, y: y + 3)
            let position = "\(Format.signed(positionMM(slice: index), digits: 0, minus: "-"))"
            sheet.draw(position, x: x + tileWidth - 4 - Raster.textWidth(position, scale: 2), y: y + 3)
            let middle = y + 20 + frame.height / 2 - 7
            sheet.fill(x: x + tileWidth - 1, y: y, width: 1, height: tileHeight, with: Raster.Colour(grey: 48))
            sheet.fill(x: x, y: y + tileHeight - 1, width: tileWidth, height: 1, with: Raster.Colour(grey: 48))
            sheet.draw("R", x: x + 3, y: middle, colour: SliceFigure.faint)
            sheet.draw("L", x: x + tileWidth - 14, y: middle, colour: SliceFigure.faint)
        }
        if let stamp { sheet.draw(stamp, x: 4, y: sheet.height - 18, colour: Raster.Colour(0xFF, 0xD1, 0x66)) }
        return sheet
    }
}
