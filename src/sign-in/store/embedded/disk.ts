import { statfsSync } from "node:fs";

/** The disk that the embedded store is on. */
export interface Disk {
  freeBytes(): number;
  /** True where writing over bytes that a file holds already never takes room, however full the disk is. */
  overwritesInPlace: boolean;
}

/** Linux's numbers for ext2 to ext4, XFS and tmpfs; of others, some write elsewhere first, such as Btrfs and ZFS. */
const inPlace = [0xef53, 0x58465342, 0x01021994];

/** The disk that this directory is on. */
export function diskOf(directory: string): Disk {
  const { type } = statfsSync(directory);
  return {
    freeBytes() {
      const { bavail, bsize } = statfsSync(directory);
      return bavail * bsize;
    },
    overwritesInPlace: process.platform === "linux" && inPlace.includes(type),
  };
}
