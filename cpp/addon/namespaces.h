#pragma once

#include "addon/exports.h"

namespace addon {

// lookAtNamespace, openNamespaceOf, openNamespaceBy, openSocket, interfaces.
void export_namespaces(Exports& exports);

}  // namespace addon
