/* SPDX-License-Identifier: MIT */
/* The manipulate APIs as tables; offsets are those of kd-protocol 3.3-3.10. */
#include "bench/kd/api.h"

#include "bench/kd/message.h"

#define M(field) struct kd_manipulate, field

static const struct kd_field memory_fields[] = {
	KD_FIELD("TargetBaseAddress", 0x10, 8, KD_HEX, M(u.memory.address)),
	KD_FIELD("TransferCount", 0x18, 4, KD_DEC, M(u.memory.count)),
	KD_FIELD("ActualBytes", 0x1c, 4, KD_DEC, M(u.memory.actual)),
};

static const struct kd_field get_context_fields[] = {
	KD_FIELD("ContextFlags", 0x10, 4, KD_HEX, M(u.context.flags)),
};

static const struct kd_field context_ex_fields[] = {
	KD_FIELD("Offset", 0x10, 4, KD_HEX, M(u.context_ex.offset)),
	KD_FIELD("ByteCount", 0x14, 4, KD_DEC, M(u.context_ex.count)),
	KD_FIELD("BytesCopied", 0x18, 4, KD_DEC, M(u.context_ex.copied)),
};

static const struct kd_field write_breakpoint_fields[] = {
	KD_FIELD("BreakPointAddress", 0x10, 8, KD_HEX,
		 M(u.write_breakpoint.address)),
	KD_FIELD("BreakPointHandle", 0x18, 4, KD_DEC,
		 M(u.write_breakpoint.handle)),
};

static const struct kd_field restore_breakpoint_fields[] = {
	KD_FIELD("BreakPointHandle", 0x10, 4, KD_DEC,
		 M(u.restore_breakpoint.handle)),
};

static const struct kd_field breakpoints_ex_fields[] = {
	KD_FIELD("BreakPointCount", 0x10, 4, KD_DEC, M(u.breakpoints_ex.count)),
	KD_FIELD("ContinueStatus", 0x14, 4, KD_STATUS,
		 M(u.breakpoints_ex.status)),
};

static const struct kd_field continue__fields[] = {
	KD_FIELD("ContinueStatus", 0x10, 4, KD_STATUS, M(u.resume.status)),
};

static const struct kd_field continue2_fields[] = {
	KD_FIELD("ContinueStatus", 0x10, 4, KD_STATUS, M(u.resume.status)),
	KD_FIELD("TraceFlag", 0x14, 4, KD_HEX, M(u.resume.trace)),
	KD_FIELD("Dr7", 0x18, 8, KD_HEX, M(u.resume.dr7)),
	KD_FIELD("CurrentSymbolStart", 0x20, 8, KD_HEX,
		 M(u.resume.symbol_start)),
	KD_FIELD("CurrentSymbolEnd", 0x28, 8, KD_HEX, M(u.resume.symbol_end)),
};

static const struct kd_field continue2_i386_fields[] = {
	KD_FIELD("ContinueStatus", 0x10, 4, KD_STATUS, M(u.resume.status)),
	KD_FIELD("TraceFlag", 0x14, 4, KD_HEX, M(u.resume.trace)),
	KD_FIELD("Dr7", 0x18, 4, KD_HEX, M(u.resume.dr7)),
	KD_FIELD("CurrentSymbolStart", 0x1c, 4, KD_HEX,
		 M(u.resume.symbol_start)),
	KD_FIELD("CurrentSymbolEnd", 0x20, 4, KD_HEX, M(u.resume.symbol_end)),
};

static const struct kd_field io_fields[] = {
	KD_FIELD("IoAddress", 0x10, 8, KD_HEX, M(u.io.address)),
	KD_FIELD("DataSize", 0x18, 4, KD_DEC, M(u.io.size)),
	KD_FIELD("DataValue", 0x1c, 4, KD_HEX, M(u.io.value)),
};

static const struct kd_field io_ex_fields[] = {
	KD_FIELD("DataSize", 0x10, 4, KD_DEC, M(u.io.size)),
	KD_FIELD("InterfaceType", 0x14, 4, KD_DEC, M(u.io.interface)),
	KD_FIELD("BusNumber", 0x18, 4, KD_DEC, M(u.io.bus)),
	KD_FIELD("AddressSpace", 0x1c, 4, KD_DEC, M(u.io.space)),
	KD_FIELD("IoAddress", 0x20, 8, KD_HEX, M(u.io.address)),
	KD_FIELD("DataValue", 0x28, 4, KD_HEX, M(u.io.value)),
};

static const struct kd_field query_special_fields[] = {
	KD_FIELD("NumberOfSpecialCalls", 0x10, 4, KD_DEC,
		 M(u.special_call.count)),
};

static const struct kd_field set_special_fields[] = {
	KD_FIELD("SpecialCall", 0x10, 8, KD_HEX, M(u.special_call.address)),
};

static const struct kd_field set_internal_fields[] = {
	KD_FIELD("BreakpointAddress", 0x10, 8, KD_HEX,
		 M(u.internal_breakpoint.address)),
	KD_FIELD("Flags", 0x18, 4, KD_HEX, M(u.internal_breakpoint.flags)),
};

static const struct kd_field get_internal_fields[] = {
	KD_FIELD("BreakpointAddress", 0x10, 8, KD_HEX,
		 M(u.internal_breakpoint.address)),
	KD_FIELD("Flags", 0x18, 4, KD_HEX, M(u.internal_breakpoint.flags)),
	KD_FIELD("Calls", 0x1c, 4, KD_DEC, M(u.internal_breakpoint.calls)),
	KD_FIELD("MaxCallsPerPeriod", 0x20, 4, KD_DEC,
		 M(u.internal_breakpoint.max_calls)),
	KD_FIELD("MinInstructions", 0x24, 4, KD_DEC,
		 M(u.internal_breakpoint.min_instructions)),
	KD_FIELD("MaxInstructions", 0x28, 4, KD_DEC,
		 M(u.internal_breakpoint.max_instructions)),
	KD_FIELD("TotalInstructions", 0x2c, 4, KD_DEC,
		 M(u.internal_breakpoint.total_instructions)),
};

static const struct kd_field bugcheck_fields[] = {
	KD_FIELD("BugCheckCode", 0x10, 4, KD_HEX, M(u.bugcheck.code)),
};

static const struct kd_field msr_fields[] = {
	KD_FIELD("Msr", 0x10, 4, KD_HEX, M(u.msr.number)),
	KD_FIELD("DataValueLow", 0x14, 4, KD_HEX, M(u.msr.low)),
	KD_FIELD("DataValueHigh", 0x18, 4, KD_HEX, M(u.msr.high)),
};

static const struct kd_field search_fields[] = {
	KD_FIELD("SearchAddress", 0x10, 8, KD_HEX, M(u.search.address)),
	KD_FIELD("SearchLength", 0x18, 8, KD_DEC, M(u.search.length)),
	KD_FIELD("PatternLength", 0x20, 4, KD_DEC, M(u.search.pattern_len)),
};

static const struct kd_field bus_data_fields[] = {
	KD_FIELD("BusDataType", 0x10, 4, KD_DEC, M(u.bus.type)),
	KD_FIELD("BusNumber", 0x14, 4, KD_DEC, M(u.bus.bus)),
	KD_FIELD("SlotNumber", 0x18, 4, KD_HEX, M(u.bus.slot)),
	KD_FIELD("Offset", 0x1c, 4, KD_HEX, M(u.bus.offset)),
	KD_FIELD("Length", 0x20, 4, KD_DEC, M(u.bus.length)),
};

static const struct kd_field fill_fields[] = {
	KD_FIELD("Address", 0x10, 8, KD_HEX, M(u.fill.address)),
	KD_FIELD("Length", 0x18, 4, KD_DEC, M(u.fill.length)),
	KD_FIELD("Flags", 0x1c, 2, KD_HEX, M(u.fill.flags)),
	KD_FIELD("PatternLength", 0x1e, 2, KD_DEC, M(u.fill.pattern_len)),
};

static const struct kd_field query_fields[] = {
	KD_FIELD("Address", 0x10, 8, KD_HEX, M(u.query.address)),
	KD_FIELD("Reserved", 0x18, 8, KD_HEX, M(u.query.reserved)),
	KD_FIELD("AddressSpace", 0x20, 4, KD_DEC, M(u.query.space)),
	KD_FIELD("Flags", 0x24, 4, KD_HEX, M(u.query.flags)),
};

static const struct kd_field partition_fields[] = {
	KD_FIELD("Partition", 0x10, 4, KD_DEC, M(u.partition.number)),
};

static const struct kd_field custom_fields[] = {
	KD_FIELD("BreakPointAddress", 0x10, 8, KD_HEX,
		 M(u.custom_breakpoint.address)),
	KD_FIELD("BreakPointInstruction", 0x18, 8, KD_HEX,
		 M(u.custom_breakpoint.instruction)),
	KD_FIELD("BreakPointHandle", 0x20, 4, KD_DEC,
		 M(u.custom_breakpoint.handle)),
	KD_FIELD("BreakPointInstructionSize", 0x24, 1, KD_DEC,
		 M(u.custom_breakpoint.size)),
	KD_FIELD("BreakPointInstructionAlignment", 0x25, 1, KD_DEC,
		 M(u.custom_breakpoint.alignment)),
};

static const struct kd_field version_fields[] = {
	KD_FIELD("MajorVersion", 0x10, 2, KD_HEX, M(u.version.major)),
	KD_FIELD("MinorVersion", 0x12, 2, KD_DEC, M(u.version.minor)),
	KD_FIELD("ProtocolVersion", 0x14, 1, KD_DEC, M(u.version.protocol)),
	KD_FIELD("KdSecondaryVersion", 0x15, 1, KD_DEC, M(u.version.secondary)),
	KD_FIELD("Flags", 0x16, 2, KD_HEX, M(u.version.flags)),
	KD_FIELD("MachineType", 0x18, 2, KD_HEX, M(u.version.machine)),
	KD_FIELD("MaxPacketType", 0x1a, 1, KD_DEC, M(u.version.max_type)),
	KD_FIELD("MaxStateChange", 0x1b, 1, KD_DEC, M(u.version.max_state)),
	KD_FIELD("MaxManipulate", 0x1c, 1, KD_HEX, M(u.version.max_api)),
	KD_FIELD("Simulation", 0x1d, 1, KD_DEC, M(u.version.simulation)),
	KD_FIELD("KernBase", 0x20, 8, KD_HEX, M(u.version.kern_base)),
	KD_FIELD("PsLoadedModuleList", 0x28, 8, KD_HEX,
		 M(u.version.module_list)),
	KD_FIELD("DebuggerDataList", 0x30, 8, KD_HEX, M(u.version.data_list)),
};

/* The numbers from ReadVirtualMemory on, and those behind the jump. */
#define FIRST KD_API_READ_VIRTUAL
#define FIRST_COUNT (KD_API_CAUSE_BUGCHECK - FIRST + 1)
#define SECOND KD_API_SWITCH_PROCESSOR
#define SECOND_COUNT (KD_API_END - SECOND)
#define AT(api) ((api) < SECOND ? (api)-FIRST : (api)-SECOND + FIRST_COUNT)

static const struct kd_api_info apis[FIRST_COUNT + SECOND_COUNT] = {
	[AT(KD_API_READ_VIRTUAL)] = { "ReadVirtualMemory", true,
				      KD_TRAILS_NOTHING, KD_TRAILS_BYTES,
				      KD_LAYOUT(memory_fields) },
	[AT(KD_API_WRITE_VIRTUAL)] = { "WriteVirtualMemory", true,
				       KD_TRAILS_BYTES, KD_TRAILS_NOTHING,
				       KD_LAYOUT(memory_fields) },
	[AT(KD_API_GET_CONTEXT)] = { "GetContext", true, KD_TRAILS_NOTHING,
				     KD_TRAILS_CONTEXT,
				     KD_LAYOUT(get_context_fields) },
	[AT(KD_API_SET_CONTEXT)] = { "SetContext", true, KD_TRAILS_CONTEXT,
				     KD_TRAILS_NOTHING,
				     KD_LAYOUT(get_context_fields) },
	[AT(KD_API_WRITE_BREAKPOINT)] = { "WriteBreakPoint", true,
					  KD_TRAILS_NOTHING, KD_TRAILS_NOTHING,
					  KD_LAYOUT(write_breakpoint_fields) },
	[AT(KD_API_RESTORE_BREAKPOINT)] = { "RestoreBreakPoint", true,
					    KD_TRAILS_NOTHING,
					    KD_TRAILS_NOTHING,
					    KD_LAYOUT(
						    restore_breakpoint_fields) },
	[AT(KD_API_CONTINUE)] = { "Continue", false, KD_TRAILS_NOTHING,
				  KD_TRAILS_NOTHING,
				  KD_LAYOUT(continue__fields) },
	[AT(KD_API_READ_CONTROL)] = { "ReadControlSpace", true,
				      KD_TRAILS_NOTHING, KD_TRAILS_BYTES,
				      KD_LAYOUT(memory_fields) },
	[AT(KD_API_WRITE_CONTROL)] = { "WriteControlSpace", true,
				       KD_TRAILS_BYTES, KD_TRAILS_BYTES,
				       KD_LAYOUT(memory_fields) },
	[AT(KD_API_READ_IO)] = { "ReadIoSpace", true, KD_TRAILS_NOTHING,
				 KD_TRAILS_NOTHING, KD_LAYOUT(io_fields) },
	[AT(KD_API_WRITE_IO)] = { "WriteIoSpace", true, KD_TRAILS_NOTHING,
				  KD_TRAILS_NOTHING, KD_LAYOUT(io_fields) },
	[AT(KD_API_REBOOT)] = { "Reboot",
				false,
				KD_TRAILS_NOTHING,
				KD_TRAILS_NOTHING,
				{ NULL, 0 } },
	[AT(KD_API_CONTINUE2)] = { "Continue2", false, KD_TRAILS_NOTHING,
				   KD_TRAILS_NOTHING,
				   KD_LAYOUT(continue2_fields) },
	[AT(KD_API_READ_PHYSICAL)] = { "ReadPhysicalMemory", true,
				       KD_TRAILS_NOTHING, KD_TRAILS_BYTES,
				       KD_LAYOUT(memory_fields) },
	[AT(KD_API_WRITE_PHYSICAL)] = { "WritePhysicalMemory", true,
					KD_TRAILS_BYTES, KD_TRAILS_NOTHING,
					KD_LAYOUT(memory_fields) },
	[AT(KD_API_QUERY_SPECIAL_CALLS)] = { "QuerySpecialCalls", true,
					     KD_TRAILS_NOTHING, KD_TRAILS_BYTES,
					     KD_LAYOUT(query_special_fields) },
	[AT(KD_API_SET_SPECIAL_CALL)] = { "SetSpecialCall", true,
					  KD_TRAILS_NOTHING, KD_TRAILS_NOTHING,
					  KD_LAYOUT(set_special_fields) },
	[AT(KD_API_CLEAR_SPECIAL_CALLS)] = { "ClearSpecialCalls",
					     true,
					     KD_TRAILS_NOTHING,
					     KD_TRAILS_NOTHING,
					     { NULL, 0 } },
	[AT(KD_API_SET_INTERNAL_BREAKPOINT)] = { "SetInternalBreakPoint", true,
						 KD_TRAILS_NOTHING,
						 KD_TRAILS_NOTHING,
						 KD_LAYOUT(
							 set_internal_fields) },
	[AT(KD_API_GET_INTERNAL_BREAKPOINT)] = { "GetInternalBreakPoint", true,
						 KD_TRAILS_NOTHING,
						 KD_TRAILS_NOTHING,
						 KD_LAYOUT(
							 get_internal_fields) },
	[AT(KD_API_READ_IO_EX)] = { "ReadIoSpaceExtended", true,
				    KD_TRAILS_NOTHING, KD_TRAILS_NOTHING,
				    KD_LAYOUT(io_ex_fields) },
	[AT(KD_API_WRITE_IO_EX)] = { "WriteIoSpaceExtended", true,
				     KD_TRAILS_NOTHING, KD_TRAILS_NOTHING,
				     KD_LAYOUT(io_ex_fields) },
	[AT(KD_API_GET_VERSION)] = { "GetVersion", true, KD_TRAILS_NOTHING,
				     KD_TRAILS_NOTHING,
				     KD_LAYOUT(version_fields) },
	[AT(KD_API_WRITE_BREAKPOINT_EX)] = { "WriteBreakPointEx", true,
					     KD_TRAILS_ELEMENTS,
					     KD_TRAILS_ELEMENTS,
					     KD_LAYOUT(breakpoints_ex_fields) },
	[AT(KD_API_RESTORE_BREAKPOINT_EX)] = { "RestoreBreakPointEx", true,
					       KD_TRAILS_ELEMENTS,
					       KD_TRAILS_ELEMENTS,
					       KD_LAYOUT(
						       breakpoints_ex_fields) },
	[AT(KD_API_CAUSE_BUGCHECK)] = { "CauseBugCheck", false,
					KD_TRAILS_NOTHING, KD_TRAILS_NOTHING,
					KD_LAYOUT(bugcheck_fields) },
	[AT(KD_API_SWITCH_PROCESSOR)] = { "SwitchProcessor",
					  false,
					  KD_TRAILS_NOTHING,
					  KD_TRAILS_NOTHING,
					  { NULL, 0 } },
	[AT(KD_API_PAGE_IN)] = { "PageIn",
				 true,
				 KD_TRAILS_NOTHING,
				 KD_TRAILS_NOTHING,
				 { NULL, 0 } },
	[AT(KD_API_READ_MSR)] = { "ReadMachineSpecificRegister", true,
				  KD_TRAILS_NOTHING, KD_TRAILS_NOTHING,
				  KD_LAYOUT(msr_fields) },
	[AT(KD_API_WRITE_MSR)] = { "WriteMachineSpecificRegister", true,
				   KD_TRAILS_NOTHING, KD_TRAILS_NOTHING,
				   KD_LAYOUT(msr_fields) },
	[AT(KD_API_OLD_VLM1)] = { "OldVlm1",
				  true,
				  KD_TRAILS_NOTHING,
				  KD_TRAILS_NOTHING,
				  { NULL, 0 } },
	[AT(KD_API_OLD_VLM2)] = { "OldVlm2",
				  true,
				  KD_TRAILS_NOTHING,
				  KD_TRAILS_NOTHING,
				  { NULL, 0 } },
	[AT(KD_API_SEARCH_MEMORY)] = { "SearchMemory", true, KD_TRAILS_BYTES,
				       KD_TRAILS_NOTHING,
				       KD_LAYOUT(search_fields) },
	[AT(KD_API_GET_BUS_DATA)] = { "GetBusData", true, KD_TRAILS_NOTHING,
				      KD_TRAILS_BYTES,
				      KD_LAYOUT(bus_data_fields) },
	[AT(KD_API_SET_BUS_DATA)] = { "SetBusData", true, KD_TRAILS_BYTES,
				      KD_TRAILS_NOTHING,
				      KD_LAYOUT(bus_data_fields) },
	[AT(KD_API_CHECK_LOW_MEMORY)] = { "CheckLowMemory",
					  true,
					  KD_TRAILS_NOTHING,
					  KD_TRAILS_NOTHING,
					  { NULL, 0 } },
	[AT(KD_API_CLEAR_INTERNAL_BREAKPOINTS)] = { "ClearAllInternalBreakpoint"
						    "s",
						    false,
						    KD_TRAILS_NOTHING,
						    KD_TRAILS_NOTHING,
						    { NULL, 0 } },
	[AT(KD_API_FILL_MEMORY)] = { "FillMemory", true, KD_TRAILS_BYTES,
				     KD_TRAILS_NOTHING,
				     KD_LAYOUT(fill_fields) },
	[AT(KD_API_QUERY_MEMORY)] = { "QueryMemory", true, KD_TRAILS_NOTHING,
				      KD_TRAILS_NOTHING,
				      KD_LAYOUT(query_fields) },
	[AT(KD_API_SWITCH_PARTITION)] = { "SwitchPartition", true,
					  KD_TRAILS_NOTHING, KD_TRAILS_NOTHING,
					  KD_LAYOUT(partition_fields) },
	[AT(KD_API_WRITE_CUSTOM_BREAKPOINT)] = { "WriteCustomBreakpoint", true,
						 KD_TRAILS_NOTHING,
						 KD_TRAILS_NOTHING,
						 KD_LAYOUT(custom_fields) },
	[AT(KD_API_GET_CONTEXT_EX)] = { "GetContextEx", true, KD_TRAILS_NOTHING,
					KD_TRAILS_BYTES,
					KD_LAYOUT(context_ex_fields) },
	[AT(KD_API_SET_CONTEXT_EX)] = { "SetContextEx", true, KD_TRAILS_BYTES,
					KD_TRAILS_NOTHING,
					KD_LAYOUT(context_ex_fields) },
};

/* DBGKD_CONTROL_SET has pointers of the target's size, packed to 4 bytes. */
static const struct kd_api_info continue2_i386 = {
	"Continue2", false, KD_TRAILS_NOTHING, KD_TRAILS_NOTHING,
	KD_LAYOUT(continue2_i386_fields)
};

const struct kd_api_info *kd_api_find(uint32_t api, enum kd_arch arch)
{
	if (api == KD_API_CONTINUE2 && arch == KD_I386)
		return &continue2_i386;
	if (api - FIRST < FIRST_COUNT || api - SECOND < SECOND_COUNT)
		return &apis[AT(api)];
	return NULL;
}

/* An API that nobody knows is answered with C0000001. */
bool kd_api_has_reply(uint32_t api)
{
	const struct kd_api_info *info = kd_api_find(api, KD_AMD64);

	return !info || info->has_reply;
}
