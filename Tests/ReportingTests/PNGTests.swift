import Reporting
import Testing

@Suite struct PNGTests {
    private func picture(width: Int, height: Int, isGrey: Bool) -> Raster {
        var raster = Raster(width: width, height: height)
        var state: UInt32 = 7
        for y in 0..<height {
            for x in 0..<width {
                state = state &* 1_664_525 &+ 1_013_904_223
                let smooth = UInt8((x * 3 + y * 5) & 0xFF)
                let noisy = UInt8(state >> 29) &+ smooth
                raster[x, y] = isGrey ? Raster.Colour(grey: noisy) : Raster.Colour(noisy, smooth, UInt8(x & 0xFF))
            }
        }
        return raster
    }

    @Test(arguments: [(1, 1), (3, 2), (64, 48), (301, 17), (17, 301)], [true, false])
    func decodedPictureEqualsTheOriginal(size: (Int, Int), isGrey: Bool) throws {
        let raster = picture(width: size.0, height: size.1, isGrey: isGrey)
        let decoded = try PNGReader(PNG.encode(raster))
        #expect(decoded.width == size.0)
        #expect(decoded.height == size.1)
        if decoded.channels == 3 {
            #expect(decoded.pixels == raster.bytes)
        } else {
            #expect(decoded.pixels.flatMap { [$0, $0, $0] } == raster.bytes)
        }
    }

    @Test func greyPictureTakesOneByteAPixel() throws {
        #expect(try PNGReader(PNG.encode(picture(width: 8, height: 8, isGrey: true))).channels == 1)
        #expect(try PNGReader(PNG.encode(picture(width: 8, height: 8, isGrey: false))).channels == 3)
    }
}
