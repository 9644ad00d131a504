/// How many images there should be, as far as an object says.
///
/// What is counted differs: a volume's slices, an acquisition's images, a series' images or objects. `DICOMSeries` compares
/// each with what it counts. Counts of 1 or fewer say nothing and are left out.
package struct ExpectedCounts: Codable, Sendable, Hashable {
    /// Slices of one volume: Siemens' protocol, Philips (2001,xx18). The surest, because neither echoes nor time points
    /// change it.
    package var slicesInVolume: Int?
    /// Slabs that the volume's slices are the sum of; overlapping slabs may be merged to fewer slices.
    package var slabs: Int?
    /// GE's Locations in Acquisition (0021,xx4F): slices of one volume before interpolation (ZIP2), which doubles them.
    package var locations: Int?
    /// Images in Acquisition (0020,1002).
    package var imagesInAcquisition: Int?
    /// Images in Series: (0020,1003), retired, or GE's (0025,xx07).
    package var imagesInSeries: Int?
    /// Number of Series Related Instances (0020,1209): objects, whatever their frames.
    package var objectsInSeries: Int?
    /// In-concatenation Total Number (0020,9163): objects that one multi-frame image was cut into.
    package var concatenationTotal: Int?

    package init(
        slicesInVolume: Int? = nil, slabs: Int? = nil, locations: Int? = nil, imagesInAcquisition: Int? = nil,
        imagesInSeries: Int? = nil,
        objectsInSeries: Int? = nil, concatenationTotal: Int? = nil
    ) {
        self.slicesInVolume = slicesInVolume
        self.slabs = slabs
        self.locations = locations
        self.imagesInAcquisition = imagesInAcquisition
        self.imagesInSeries = imagesInSeries
        self.objectsInSeries = objectsInSeries
        self.concatenationTotal = concatenationTotal
    }
}

extension ExpectedCounts {
    /// More images than this are in no series.
    private static let largest = 100_000
    /// Siemens' protocols have 100 to 300 KB.
    private static let largestProtocolBytes = 4 << 20

    /// Reads every count; private ones only where their creator is named.
    init(of root: DataSet) {
        self.init(
            locations: Self.privateCount(root, 0x0021, "GEMS_RELA_01", 0x4f),
            imagesInAcquisition: Self.sensible(root.integer(.imagesInAcquisition)),
            imagesInSeries: Self.sensible(root.integer(.imagesInSeries))
                ?? Self.privateCount(root, 0x0025, "GEMS_SERS_01", 0x07),
            objectsInSeries: Self.sensible(root.integer(.seriesRelatedInstances)),
            concatenationTotal: Self.sensible(root.integer(.concatenationTotalNumber)))
        if let siemens = Self.siemensProtocol(root) {
            slicesInVolume = Self.sensible(siemens.imagesPerSlab * siemens.slabs)
            slabs = siemens.slabs
        } else {
            slicesInVolume = Self.privateCount(root, 0x2001, "Philips Imaging DD 001", 0x18)
        }
    }

    private static func sensible(_ count: Int?) -> Int? {
        guard let count, (2...largest).contains(count) else { return nil }
        return count
    }

    /// A private count with its own representation, or as UN: then two or four bytes, little endian.
    private static func privateCount(_ root: DataSet, _ group: UInt16, _ creator: String, _ element: UInt8) -> Int? {
        guard let tag = root.privateTag(group, creator, element) else { return nil }
        if let count = root.integer(tag) { return sensible(count) }
        guard let bytes = root.rawBytes(tag, limit: 4), bytes.count == 2 || bytes.count == 4 else { return nil }
        return sensible(bytes.reversed().reduce(0) { $0 << 8 | Int($1) })
    }

    /// The protocol where classic objects, and where enhanced ones since XA, keep it.
    private static func siemensProtocol(_ root: DataSet) -> SiemensProtocol? {
        let shared = root.item(.sharedFunctionalGroups)
        let places: [(level: DataSet?, group: UInt16, creator: String, element: UInt8)] = [
            (root, 0x0029, "SIEMENS CSA HEADER", 0x20),
            (root, 0x0021, xaCreator, 0x19),
            (
                shared.flatMap { level in level.privateTag(0x0021, xaCreator, 0xfe).flatMap { level.item($0) } },
                0x0021, xaCreator, 0x19
            ),
        ]
        for place in places {
            guard let level = place.level, let tag = level.privateTag(place.group, place.creator, place.element),
                let bytes = level.rawBytes(tag, limit: largestProtocolBytes), let found = SiemensProtocol(bytes)
            else { continue }
            return found
        }
        return nil
    }

    private static let xaCreator = "SIEMENS MR SDS 01"
}
