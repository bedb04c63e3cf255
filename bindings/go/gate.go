package stauth

/*
#include <stauth.h>
#include <stdlib.h>
#include <string.h>

// Makes a gate of a block of paths, "/health\0/static/\0": Go may not lend C an array of its pointers.
static st_status new_gate(const char *block, size_t count, st_gate **out, st_error **error) {
	const char **paths = calloc(count + 1, sizeof *paths);
	for (size_t i = 0; paths != NULL && i < count; i++) {
		paths[i] = block;
		block += strlen(block) + 1;
	}
	st_status status = st_gate_new(paths, count, out, error);
	free(paths);
	return status;
}
*/
import "C"

import "runtime"

// gate are the open paths of a program.
type gate struct {
	handle *C.st_gate
}

func newGate(openPaths []string) (*gate, error) {
	var block []byte
	for _, path := range openPaths {
		if _, err := text(path); err != nil {
			return nil, err
		}
		block = append(append(block, path...), 0)
	}
	made := &gate{}
	var failure *C.st_error
	status := C.new_gate(lent(block), C.size_t(len(openPaths)), &made.handle, &failure)
	if err := result(status, failure); err != nil {
		return nil, err
	}
	runtime.SetFinalizer(made, func(made *gate) { C.st_gate_free(made.handle) })
	return made, nil
}

// lets says whether this user may see the page of this path.
func (gate *gate) lets(request *Request, path string) (bool, error) {
	defer runtime.KeepAlive(gate)
	given := []byte(path)
	return request.requireLogin(gate.handle, lent(given), C.size_t(len(given)))
}
