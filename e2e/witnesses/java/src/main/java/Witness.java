import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.camunda.client.CamundaClient;
import io.camunda.client.CredentialsProvider;
import io.camunda.client.api.response.ActivatedJob;
import io.camunda.client.api.search.enums.ElementInstanceState;
import io.camunda.client.api.search.enums.ElementInstanceType;
import io.camunda.client.api.search.enums.JobState;
import io.camunda.client.api.search.enums.ProcessInstanceState;
import io.camunda.client.api.worker.JobClient;
import io.camunda.client.api.worker.JobWorker;
import io.camunda.client.impl.basicauth.BasicAuthCredentialsProviderBuilder;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The vendor's Java client, unchanged and without gRPC, takes a model to completed instances on whatever cluster the
 * environment names.
 *
 * <p>Witness MODEL INSTANCES: it deploys, starts instances, works all jobs with the client's own workers (a job of each
 * type may fail once, every fifth instance is refused with a BPMN error), and then asks by search whether all went as
 * it must: 0 only if so.
 */
public final class Witness {
  /** The BPMN errors that the models catch, by the type of the job that throws them. */
  private static final Map<String, String> REFUSALS = Map.of("weigh", "TOO_HEAVY", "charge-card", "CARD_REFUSED");

  private static final Map<String, Integer> WORKED = new ConcurrentHashMap<>();

  public static void main(String[] arguments) throws Exception {
    Path model = Path.of(arguments[0]);
    int instances = Integer.parseInt(arguments[1]);
    try (CamundaClient client = client()) {
      var topology = client.newTopologyRequest().send().join();
      System.out.printf("cluster: gateway %s, %d broker(s)%n", topology.getGatewayVersion(), topology.getBrokers().size());

      var deployment = client.newDeployResourceCommand().addResourceFile(model.toString()).send().join();
      var process = deployment.getProcesses().get(0);
      System.out.printf("deployed: %s version %d%n", process.getBpmnProcessId(), process.getVersion());

      List<JobWorker> workers = new ArrayList<>();
      var jobTypes = jobTypes(model);
      for (String jobType : jobTypes) {
        workers.add(client.newWorker().jobType(jobType).handler(Witness::handle).timeout(Duration.ofSeconds(30))
            .requestTimeout(Duration.ofSeconds(2)).maxJobsActive(32).open());
      }

      List<Long> keys = new ArrayList<>();
      for (int number = 0; number < instances; number++) {
        Map<String, Object> variables = Map.of("number", number, "urgent", number % 2 == 0, "amount", 10 * number);
        var created = client.newCreateInstanceCommand().processDefinitionKey(process.getProcessDefinitionKey())
            .variables(variables).send().join();
        keys.add(created.getProcessInstanceKey());
      }
      System.out.printf("started: %d instances%n", keys.size());
      boolean refusing = jobTypes.stream().anyMatch(REFUSALS::containsKey);
      judge(client, process.getProcessDefinitionKey(), keys, refusing);
      workers.forEach(JobWorker::close);
    }
    int ran = WORKED.values().stream().mapToInt(times -> times).sum();
    System.out.printf("completed: %d instances; handlers ran %d times%n", instances, ran);
  }

  private static CamundaClient client() throws Exception {
    Map<String, String> environment = System.getenv();
    var builder = CamundaClient.newClientBuilder()
        .restAddress(URI.create(environment.get("CAMUNDA_REST_ADDRESS")))
        .preferRestOverGrpc(true);
    switch (environment.getOrDefault("CAMUNDA_AUTH_STRATEGY", "NONE")) {
      case "BASIC" -> builder.credentialsProvider(new BasicAuthCredentialsProviderBuilder()
          .username(environment.get("CAMUNDA_BASIC_AUTH_USERNAME"))
          .password(environment.get("CAMUNDA_BASIC_AUTH_PASSWORD"))
          .build());
      case "OAUTH" -> builder.credentialsProvider(CredentialsProvider.newCredentialsProviderBuilder()
          .authorizationServerUrl(environment.get("CAMUNDA_OAUTH_URL"))
          .audience(environment.get("CAMUNDA_TOKEN_AUDIENCE"))
          .clientId(environment.get("CAMUNDA_CLIENT_ID"))
          .clientSecret(environment.get("CAMUNDA_CLIENT_SECRET"))
          .credentialsCachePath(Files.createTempDirectory("java-witness").resolve("tokens").toString())
          .build());
      default -> { }
    }
    return builder.build();
  }

  private static TreeSet<String> jobTypes(Path model) throws Exception {
    var found = Pattern.compile("taskDefinition type=\"([^\"]+)\"").matcher(Files.readString(model));
    var types = new TreeSet<String>();
    while (found.find()) {
      types.add(found.group(1));
    }
    return types;
  }

  private static void handle(JobClient client, ActivatedJob job) {
    int number = (Integer) job.getVariable("number");
    int times = WORKED.merge(job.getType(), 1, Integer::sum);
    if (job.getType().equals("weigh") && !"counter 2".equals(job.getCustomHeaders().get("scales"))) {
      client.newFailCommand(job).retries(0).errorMessage("the headers are lost").send().join();
    } else if (REFUSALS.containsKey(job.getType()) && refused(number)) {
      client.newThrowErrorCommand(job).errorCode(REFUSALS.get(job.getType())).errorMessage("every fifth is refused")
          .send().join();
    } else if (number == 0 && times == 1) {
      client.newFailCommand(job).retries(2).retryBackoff(Duration.ofMillis(100)).errorMessage("not at the first try")
          .send().join();
    } else {
      client.newCompleteCommand(job).variable(job.getType(), number).send().join();
    }
  }

  private static boolean refused(int number) {
    return number % 5 == 4;
  }

  /** Asks the cluster by search, and tells the first thing that is wrong. */
  private static void judge(CamundaClient client, long definition, List<Long> keys, boolean refusing) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      var completed = client.newProcessInstanceSearchRequest()
          .filter(f -> f.processInstanceKey(k -> k.in(keys)).state(ProcessInstanceState.COMPLETED))
          .page(p -> p.limit(1000)).send().join();
      if (completed.items().size() == keys.size()) {
        break;
      }
      expect(System.nanoTime() < deadline, "only " + completed.items().size() + " instances completed after 60 s");
      Thread.sleep(200);
    }
    var one = client.newProcessInstanceGetRequest(keys.get(0)).send().join();
    expect(one.getState() == ProcessInstanceState.COMPLETED, "the first instance is " + one.getState());

    var incidents = client.newIncidentSearchRequest().filter(f -> f.processInstanceKey(k -> k.in(keys))).send().join();
    expect(incidents.page().totalItems() == 0, incidents.page().totalItems() + " incidents");

    var jobs = client.newJobSearchRequest().filter(f -> f.processInstanceKey(k -> k.in(keys)))
        .page(p -> p.limit(1000)).send().join().items();
    var states = jobs.stream().collect(groupingBy(job -> job.getState(), counting()));
    System.out.println("jobs: " + states);
    long thrown = refusing ? keys.size() / 5 : 0;
    expect(states.getOrDefault(JobState.ERROR_THROWN, 0L) == thrown, "not " + thrown + " jobs threw an error");
    expect(List.of(JobState.COMPLETED, JobState.ERROR_THROWN).containsAll(states.keySet()), "jobs in other states");

    var ends = client.newElementInstanceSearchRequest()
        .filter(f -> f.processDefinitionKey(definition).state(ElementInstanceState.COMPLETED)
            .type(ElementInstanceType.END_EVENT))
        .page(p -> p.limit(1000)).send().join().items().stream()
        .filter(end -> keys.contains(end.getProcessInstanceKey())).toList();
    System.out.println("ends: " + ends.stream().collect(groupingBy(end -> end.getElementId(), counting())));
    expect(ends.size() == keys.size(), ends.size() + " end events for " + keys.size() + " instances");

    var variables = client.newVariableSearchRequest()
        .filter(f -> f.processInstanceKey(keys.get(1)).name("number")).send().join().items();
    expect(variables.size() == 1 && variables.get(0).getValue().equals("1"), "the variable is lost");
  }

  private static void expect(boolean condition, String text) {
    if (!condition) {
      System.out.println("failed: " + text);
      System.exit(1);
    }
  }
}
