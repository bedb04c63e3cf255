package main

/*
#cgo pkg-config: stauth
#include <stauth.h>
*/
import "C"

func foreignCall() uint32 {
	return uint32(C.st_version_number())
}
