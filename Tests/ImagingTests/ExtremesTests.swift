import Imaging
import Testing

@Suite struct ExtremesTests {
    @Test func lowestAndHighestAreFoundAtEveryPlace() {
        for count in 1...50 {
            for place in 0..<count {
                var values = [Float](repeating: 2, count: count)
                values[place] = 5
                #expect(values.extremes ?? (0, 0) == (count == 1 ? 5 : 2, 5))
                values[place] = -5
                #expect(values.extremes ?? (0, 0) == (-5, count == 1 ? -5 : 2))
            }
        }
        #expect([Float]().extremes == nil)
    }
}
