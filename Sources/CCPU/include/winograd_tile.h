#pragma once

/// One axis of a tile that a Winograd kernel works on.
typedef struct {
    /// Points of the transformed tile: 4, 5 or 6. A tile has two points more than it has outputs.
    long points;
    /// Floats from one voxel of the tile to the next.
    long stride;
    /// The voxels from ..< to of the tile exist; the others lie outside the volume.
    long from, to;
} TileAxis;

/// A tile of voxels and where its transform lies. In C, so that every instruction set agrees on the layout.
typedef struct {
    /// Axes 0, 1 and 2 of the volume.
    TileAxis d, h, w;
    /// Channels to work on, a multiple of 16, side by side in memory.
    long lanes;
    /// Floats from one frequency of the transform to the next; frequencies count in C order.
    long frequencyStride;
} Tile;
