/* libnifti2 behind four plain functions: pointers and sizes in, a status out. Nothing allocated here leaves here.

   libnifti zero-fills truncated files, trusts counts and offsets, and replaces voxels that are not finite by zero, all
   silently. So the caller checks the header, and the voxels are read as bytes. Link nifti2, znz and z only: niftiio
   has functions of the same names with other struct layouts. */
#ifndef CNIFTI_H
#define CNIFTI_H
#include <stdint.h>

enum {
    CNIFTI_OK = 0,
    CNIFTI_CANNOT_OPEN = 1,
    CNIFTI_SHORT = 2,   /* fewer bytes than asked for, or a gzip stream that ends before its checksum */
    CNIFTI_DAMAGED = 3, /* a gzip stream that cannot be decompressed or fails its checksum */
    CNIFTI_NO_MEMORY = 4,
    CNIFTI_BAD_HEADER = 5
};

/* Copies `count` bytes that start at `offset` of the file into `into`, decompressing where the file is gzip, and never
   decompresses past them by more than `check_past`. With check_past > 0 the stream's end, if it lies that near, is
   read too, so that zlib verifies its checksum. `*got` is the number of bytes copied. */
int cnifti_read(const char *path, int64_t offset, void *into, int64_t count, int64_t check_past, int64_t *got);

/* Swaps the bytes of `count` items of `size` (2, 4 or 8) bytes in place. */
void cnifti_swap(void *items, int64_t count, int size);

/* The affine of a qform: 16 doubles row by row. `qfac` is -1 or 1. */
void cnifti_qform(const double quatern[3], const double offset[3], const double spacing[3], double qfac,
                  double affine[16]);

/* Bytes before the voxels of a NIfTI-1 file: the header and four zeros, which say that no extension follows. */
enum { CNIFTI_HEADER_BYTES = 352 };

/* The first CNIFTI_HEADER_BYTES of a NIfTI-1 .nii of numbers of a type of NIfTI's, sform code 1 and, where `with_qform`
   is not 0, qform code 1. */
int cnifti_header(const int64_t dims[3], int datatype, const double affine[16], int with_qform,
                  const char *description, unsigned char into[CNIFTI_HEADER_BYTES]);
#endif
