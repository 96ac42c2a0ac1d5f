// A rule of a machine: its number, and what is said of it. The tables of all are in rules_*.hpp, what the code asks in
// rules.hpp.
#pragma once

#include <cstdint>
#include <string_view>

namespace shootdown::machine {

// clang-format off
enum class Rule : std::uint16_t {
  // Control registers (x86/control.cpp)
  Cr3LoadFlushesTranslations, Cr3LoadFlushesPrefixes, Cr3LoadKeepsGlobal, Cr3NoflushKeeps, Cr3FlushesPcidOfOperand,
  Cr3LoadKeepsOtherPcids, Cr3Bit63WithoutPcideGp, Cr3ReservedBitsGp, Cr3Bit63ReadsZero, Cr3LowBitsNotAddress,
  PgeOffFlushesAll, PgeOnFlushesAll, PcideOffFlushesAll, PcideNeedsCr3LowBitsClear, PcideNeedsFeature,
  PcideNeedsLongMode, PgeNeedsFeature, PseNeedsFeature, LongModeKeepsPae, Cr0PgNeedsPe, LongModeKeepsPg,
  PgOffFlushesAll,
  // Invalidation (x86/invalidate.cpp)
  InvlpgRemovesPage, InvlpgRemovesGlobal, InvlpgRemovesEveryPrefix, InvlpgRemovesLargePage, InvlpgKeepsOtherPages,
  InvlpgKeepsOtherPcids, InvlpgNonCanonicalNop, InvpcidUd, InvpcidTypeGp, InvpcidDescriptorGp, InvpcidPcidGp,
  InvpcidAddressGp, Invpcid0RemovesPage, Invpcid0RemovesPrefixes, Invpcid0KeepsGlobal, Invpcid0KeepsOtherPages,
  Invpcid0KeepsOtherPcids, Invpcid1RemovesPcid, Invpcid1KeepsGlobal, Invpcid1KeepsOtherPcids, Invpcid2RemovesAll,
  Invpcid3RemovesEveryPcid, Invpcid3KeepsGlobal, FaultCutsPage, FaultCutsGlobal, FaultCutsPrefixes,
  InvalidationIsLocal,
  // AMD's broadcast (x86/broadcast.cpp)
  InvlpgbUd, InvlpgbReservedGp, InvlpgbCountGp, InvlpgbPcidGp, InvlpgbReachesEveryCpu, InvlpgbNeedsItsReceiver,
  InvlpgbPerformedLater, InvlpgbOwnPartLater, TlbsyncWaits, TlbsyncWaitsForItsOwnCpuOnly, InvlpgbRemovesPage,
  InvlpgbKeepsOtherPages, InvlpgbCount, InvlpgbStride, InvlpgbRemovesPrefixes, InvlpgbKeepsOtherPrefixes,
  InvlpgbFinalOnlyKeepsPrefixes, InvlpgbRemovesEveryAddress, InvlpgbKeepsOtherPcids, InvlpgbRemovesEveryPcid,
  InvlpgbKeepsGlobal, InvlpgbRemovesGlobal, InvlpgbPcidKeepsGlobal, InvlpgbDoesNotDrain, TlbsyncDoesNotDrain,
  TlbsyncIgnoresStores,
  // What may be cached (x86/paging.cpp)
  NotPresentNotCached, ReservedNotCached, FillWithoutAccess, FillAfterEveryStore, FillAfterCut,
  PrefixCachedThoughEmpty, StalePrefixExtends, StalePrefixWalks, OnlyCurrentPcidFills, GlobalOnlyWithPge,
  GlobalUnderEveryPcid, UserBitOfEveryLevel, WriteBitOfEveryLevel, NxOfAnyLevel, NxNeedsFeature, PseNeedsCr4Pse,
  LargePageDirectory, LargePagePdpt, Pml4PsReserved, LargeAddressBitsReserved, EveryCpuFills, WalkReadsOwnBuffer,
  WalkMissesOwnBuffer, AccessedSetByUse, AccessedSetAnyTime,
  // Accesses (x86/access.cpp)
  HitMayBeOld, HitMayBeNew, OldAfterNew, StaleRightsMayFault, UserNeedsUser, KernelMayUseUserPages, StoreNeedsWrite,
  WpSetProtects, WpClearPermits, FetchNeedsNoNx, LoadIgnoresNx, DirtySetByWrite, DirtyOnlyByWrite,
  DirtyLookedUpAgain, DirtyCachedNotLookedUp, MixedSizesUndefined, NonCanonicalGp, FaultCr2, ErrorCodePresent,
  ErrorCodeWrite, ErrorCodeUser, ErrorCodeReserved, ErrorCodeFetch,
  // Interrupts (x86/flags.cpp, system/)
  PendingWaitsForIf, TimerAnyBoundary, RaisedOnce, CliClearsIf, StiSetsIf, StiShadow, StiShadowNeedsIfClear,
  PopfSetsIf, PushfReadsIf, HltWaits, HltWakes, GateClearsIf, IretRestoresIf, IntNIgnoresIf, IntNReturnsBehind,
  FaultReturnsToInstruction, NmiIgnoresIf, NmiBlocksNmi, IretUnblocksNmi,
  // Stores of several CPUs (system/memory.cpp, system/step.cpp)
  StoresWaitInBuffer, StoresInOrder, OwnStoresAreSeen, MfenceDrains, LockDrains, CrWriteDrains, InvlpgDrains,
  InvpcidDrains, IretDrains, IpiDoesNotDrain,
  // arm64: registers and context synchronization (arm64/registers.cpp)
  Arm64WriteTakesEffectLater, Arm64OldValueGoesAtSync, Arm64IsbSynchronises, Arm64ExceptionSynchronises,
  Arm64EretSynchronises, Arm64EveryPairing, Arm64TtbrWriteKeepsTlb, Arm64AsidOfTtbr0, Arm64AsidOfTtbr1,
  Arm64AsidWidth, Arm64AsidSizeOfTcr, Arm64EpdStopsWalks,
  // arm64: what may be cached, and rights (arm64/paging.cpp)
  Arm64InvalidNotCached, Arm64AccessFlagNotCached, Arm64GlobalUnderEveryAsid, Arm64NotGlobalNeedsItsAsid,
  Arm64Blocks, Arm64PageNeedsTypeBit, Arm64TableLimitsUser, Arm64TableLimitsWrite, Arm64TableLimitsExecution,
  Arm64UserNeedsAp1, Arm64StoreNeedsAp2Clear, Arm64UserFetchNeedsUxnClear, Arm64KernelFetchNeedsPxnClear,
  Arm64KernelNeverFetchesUserWritable, Arm64BbmSize, Arm64BbmAddress, Arm64BbmContents, Arm64BbmAttributes,
  Arm64BbmGlobal, Arm64BbmShareability, Arm64BbmTableLimits, Arm64UserFetchIgnoresAp1, Arm64HardwareAccessFlag, Arm64HardwareDirtyState, Arm64UpperHalf,
  // arm64: TLBI (arm64/tlbi.cpp)
  Arm64TlbiVaRemovesPage, Arm64TlbiVaKeepsOtherPages, Arm64TlbiVaRemovesPrefixes, Arm64TlbiLastLevelKeepsPrefixes,
  Arm64TlbiVaKeepsOtherAsids, Arm64TlbiVaRemovesGlobal, Arm64TlbiVaaRemovesEveryAsid, Arm64TlbiAsidRemovesAsid,
  Arm64TlbiAsidKeepsGlobal, Arm64TlbiAsidKeepsOtherAsids, Arm64TlbiAllRemovesAll, Arm64TlbiRange,
  Arm64TlbiRangeUndefined, Arm64TlbiRangeNeedsItThere, Arm64TtlOfLeaf, Arm64TtlKeepsPrefixes,
  Arm64TtlRangeRemovesPrefixes, Arm64TlbiOfAnotherEndsUse, Arm64TlbiPlainIsLocal, Arm64TlbiIsReachesEveryCpu, Arm64TlbiPerformedLater,
  Arm64TlbiWaitsForAccesses, Arm64RemovedUsableUntilSync, Arm64RemovedFetchableElsewhere, Arm64Ets2DsbEndsUse,
  // arm64: what a store takes time to end (arm64/older.cpp)
  Arm64OwnWalksMissStores, Arm64TlbiMissesStores, Arm64FaultUntilSync, Arm64Ets2FaultsAfterStores,
  // arm64: barriers (arm64/barriers.cpp, system/store_buffer.cpp)
  Arm64DsbWaitsForTlbi, Arm64DsbWaitsForItsOwnOnly, Arm64DsbNshWaitsHereOnly, Arm64DsbStDoesNotComplete,
  Arm64DsbLdDoesNotComplete, Arm64DsbDrains, Arm64DsbLdDoesNotDrain, Arm64DsbNshForOwnWalks,
  Arm64DmbDoesNotReachWalks, Arm64StoresLeaveInAnyOrder, Arm64SameAddressInOrder, Arm64DmbOrdersStores,
  Arm64DmbFullOrdersLoads, Arm64DmbStDoesNotOrderLoads, Arm64ReleaseLeavesLast, Arm64AcquireWaitsForRelease,
  Arm64AtomicIsIndivisible, Arm64FailedExchangeReleasesNothing,
  // arm64: interrupts (arm64/operate.cpp)
  Arm64DaifSetMasks, Arm64DaifClrUnmasks, Arm64DaifWrites, Arm64DaifReads, Arm64WfiWakesMasked,
  // s390x: control registers, tables, rights (s390/registers.cpp, s390/paging.cpp)
  S390EveryLoadedAsceFills, S390LctlgKeepsTlb, S390UsedUnderItsAsce, S390UserThroughPrimary, S390KernelThroughHome,
  S390InvalidNotCached, S390ZeroEntryIsValid, S390AsceLength, S390RegionLength, S390AsceTypeException,
  S390TableTypeChecked, S390PageZeroBit, S390PageProtects, S390SegmentProtects, S390Teid, S390ProgramInterruptionCode,
  // s390x: invalidation (s390/invalidate.cpp)
  S390PtlbRemovesAll, S390PtlbIsLocal, S390IpteInvalidates, S390IpteRemovesPage, S390IpteKeepsOtherPages,
  S390IpteKeepsOtherTables, S390IpteKeepsOtherFrames, S390IdteInvalidates, S390IdteRemovesBelow,
  S390IdteKeepsOtherEntries, S390IdteRemovesAsce, S390IdteKeepsOtherAsces, S390IdteNeedsFeature, S390CspPurges,
  S390CspPurgesIfEqual, S390CrdteReplaces, S390CrdteRemoves, S390CrdteOfOneAsce, S390CrdteNeedsFeature,
  S390InvalidationReachesEveryCpu, S390LocalClearingIsLocal, S390WaitsForAccesses,
  // s390x: order (s390/registers.cpp, system/step.cpp)
  S390InvalidationSerialises, S390PtlbSerialises, S390BcrSerialises, S390SigpSerialises, S390LctlgDoesNotSerialise,
  S390InterruptionSerialises,
  // s390x: stores to tables (s390/attach.cpp)
  S390AttachRule, S390OwnAttachmentIsFree, S390FreeBitsOfPageEntry,
  // s390x: interrupts (s390/registers.cpp)
  S390StnsmMasks, S390StosmUnmasks, S390SsmWrites, S390OldSystemMask, S390WaitWaits,
  // ARM before version 6 (arm/)
  ArmTtbrWriteKeepsTlb, ArmNoTags, ArmWalkNotCached, ArmUserNeedsAp, ArmUserStoreNeedsAp3, ArmPrivilegedMayWrite,
  ArmAp0Nobody, ArmFaultNamesLevel, ArmFaultAddress, ArmFetchIsPrefetchAbort, ArmInvalidateAll, ArmInvalidateMva,
  ArmInvalidateMvaKeepsOthers, ArmCpsrWrites, ArmCpsrReads, ArmWfiWakesMasked,
  Count
};
// clang-format on

struct RuleInfo {
  Rule id;
  std::string_view name;
  std::string_view meaning;
  std::string_view source;
};

}  // namespace shootdown::machine
