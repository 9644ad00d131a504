/* Decoding one monochrome JPEG 2000 image: a plain C view of OpenJPEG. */
#ifndef FCDWATCH_J2K_H
#define FCDWATCH_J2K_H

#include <stddef.h>
#include <stdint.h>

enum {
    J2K_OK = 0,
    J2K_BAD_STREAM = 1,     /* not a JPEG 2000 image, damaged, or cut short */
    J2K_WRONG_SHAPE = 2,    /* other size, or more than one component */
    J2K_NEEDS_MEMORY = 3
};

/* Decodes a raw codestream or a JP2 file of exactly `columns` × `rows` samples into `out`, row by row.
 * The size is compared with the stream's header before anything of that size is allocated. */
int32_t j2k_decode(const uint8_t *bytes, size_t count, uint32_t columns, uint32_t rows, int32_t *out);

#endif
