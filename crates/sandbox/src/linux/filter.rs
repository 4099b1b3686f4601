//! The system call filter: everything is allowed but what reaches around namespaces or has a history of kernel bugs.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};

use crate::SandboxError;

/// Refused with EPERM whatever the arguments.
const DENIED: &[i64] = &[
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_bpf,
    libc::SYS_clock_adjtime,
    libc::SYS_clock_settime,
    libc::SYS_delete_module,
    libc::SYS_fanotify_init,
    libc::SYS_finit_module,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_fspick,
    libc::SYS_init_module,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_kexec_file_load,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_lookup_dcookie,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_perf_event_open,
    libc::SYS_pivot_root,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_quotactl,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_setns,
    libc::SYS_settimeofday,
    // System V shared memory outlives its processes and escapes per-process accounting.
    libc::SYS_shmget,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_syslog,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
    libc::SYS_vhangup,
];

/// The same call through the x32 table of x86-64 kernels.
const X32: i64 = 0x4000_0000;

/// The filter as bytes for `bwrap --seccomp`. With `keep_cpus` a workload cannot leave its processors.
///
/// # Errors
/// [`SandboxError::Filter`] on a processor the filter does not know.
pub(super) fn program(keep_cpus: bool) -> Result<Vec<u8>, SandboxError> {
    build(keep_cpus)
        .map(|program| bytes(&program))
        .map_err(|error| SandboxError::Filter(Box::new(error)))
}

fn build(keep_cpus: bool) -> Result<BpfProgram, seccompiler::BackendError> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    let mut refuse = |call: i64, rule: Vec<SeccompRule>| {
        rules.insert(call | X32, rule.clone());
        rules.insert(call, rule);
    };
    for &call in DENIED {
        refuse(call, Vec::new());
    }
    if keep_cpus {
        refuse(libc::SYS_sched_setaffinity, Vec::new());
    }
    // A new user namespace would give it capabilities to attack the kernel with.
    refuse(
        libc::SYS_clone,
        vec![argument_has_bits(
            0,
            u64::from(libc::CLONE_NEWUSER.unsigned_abs()),
        )?],
    );
    // Terminal injection: TIOCSTI and TIOCLINUX.
    let ioctls = [0x5412, 0x541c];
    let rule = |number| {
        let is = SeccompCondition::new(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, number)?;
        SeccompRule::new(vec![is])
    };
    refuse(
        libc::SYS_ioctl,
        ioctls.into_iter().map(rule).collect::<Result<_, _>>()?,
    );
    let denied = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    SeccompFilter::new(rules, SeccompAction::Allow, denied, arch)?.try_into()
}

fn argument_has_bits(argument: u8, bits: u64) -> Result<SeccompRule, seccompiler::BackendError> {
    let masked = SeccompCmpOp::MaskedEq(bits);
    SeccompRule::new(vec![SeccompCondition::new(
        argument,
        SeccompCmpArgLen::Qword,
        masked,
        bits,
    )?])
}

/// `struct sock_filter` in the machine's byte order.
fn bytes(program: &BpfProgram) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(program.len() * 8);
    for instruction in program {
        bytes.extend_from_slice(&instruction.code.to_ne_bytes());
        bytes.extend_from_slice(&[instruction.jt, instruction.jf]);
        bytes.extend_from_slice(&instruction.k.to_ne_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_fits_the_pipe_it_travels_through_and_the_kernels_limit() {
        let bytes = program(true).unwrap();
        assert!(bytes.len() < 16 * 1024 && bytes.len().is_multiple_of(8));
        assert!(bytes.len() / 8 < 4096);
    }
}
