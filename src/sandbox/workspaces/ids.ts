/** Forms of ids, names and regions, from the service's model. */
export const WORKSPACE_ID = /^ws-[0-9a-z]{8,63}$/;
export const BUNDLE_ID = /^wsb-[0-9a-z]{8,63}$/;
export const DIRECTORY_ID = /^(d-[0-9a-f]{8,63}|wsd-[0-9a-z]{8,63})$/;
export const IP_GROUP_ID = /^wsipg-[0-9a-z]{8,63}$/;
export const WORKSPACE_NAME = /^[a-zA-Z0-9_()][a-zA-Z0-9_.()-]{1,63}$/;
