/** Whether this is the build of a single file. */
declare const __SINGLE_FILE__: boolean;
