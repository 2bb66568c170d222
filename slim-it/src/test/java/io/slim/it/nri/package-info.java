/** Pods of real containerds with the NRI plug-in, driven as a kubelet would. */
package io.slim.it.nri;
