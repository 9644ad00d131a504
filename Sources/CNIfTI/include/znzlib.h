/* <nifti/nifti2_io.h> says #include <znzlib.h>, which Debian puts in /usr/include/nifti. */
#ifndef CNIFTI_ZNZLIB_FORWARD
#define CNIFTI_ZNZLIB_FORWARD
#include <nifti/znzlib.h>
#endif
